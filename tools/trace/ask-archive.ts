import { setTimeout as wait } from 'node:timers/promises';
import type { Envelope } from '../../services/runtime/event.ts';
import { listen } from '../listen.ts';
import { openAwsReplays } from '../target/aws-replays.ts';
import { readArchive } from '../target/read-archive.ts';
import type { Target } from '../target/target.ts';
import { temporaryPrefix, untilRuleHolds } from '../target/temporary-rule.ts';
import { UserError } from '../user-error.ts';
import { type KnownEvent, readEventText } from './known-event.ts';

/**
 * Looks for an event in the archive, which nobody can read: two minutes around its time are replayed to a rule and a queue of our own,
 * that take this event alone and are removed whatever happens. Undefined when it is not there. `at` in milliseconds.
 */
export async function askArchive(
  id: string,
  {
    at = timeOf(id),
    signal,
    target,
  }: { readonly at?: number; readonly signal: AbortSignal; readonly target: Target },
): Promise<KnownEvent | undefined> {
  if (at === undefined) {
    throw new UserError(
      `"${id}" does not tell its time, as ids of ours do: say with --at when it was, to the minute.`,
    );
  }
  const { names, settings } = target;
  const archive = await readArchive(target, Date.now());
  const { promise: heard, resolve } = Promise.withResolvers<Envelope>();
  const name = `${temporaryPrefix}trace-${Date.now().toString(36)}`;
  const listener = await listen({
    settings,
    bus: names.bus,
    pattern: {
      'replay-name': [name],
      $or: [{ id: [id] }, { detail: { metadata: { eventId: [id] } } }],
    },
    onEvent: resolve,
  });
  const replays = openAwsReplays(target);
  const found = new AbortController();
  const stop = AbortSignal.any([signal, found.signal]);
  try {
    await untilRuleHolds(target, signal);
    const { ruleArn } = listener;
    await replays.start({ name, archive, ruleArn, since: at - MARGIN_MS, until: at + MARGIN_MS });
    const event = await Promise.race([heard, listener.ended, untilOver()]);
    if (!event) return undefined;
    const { 'replay-name': _, ...original } = event;
    return readEventText(JSON.stringify(original), { bus: names.bus });
  } finally {
    found.abort();
    try {
      await replays.cancel(name);
    } finally {
      replays.close();
      await listener.close();
    }
  }

  async function untilOver(): Promise<undefined> {
    let state: string | undefined;
    do {
      await wait(POLL_MS, undefined, { signal: stop });
      state = await replays.stateOf(name);
    } while (state !== undefined && GOING_ON.has(state));
    // What it put on the bus last may be on its way to the queue.
    await wait(GRACE_MS, undefined, { signal: stop });
  }
}

/** Of the moment an event happened to the one at which EventBridge took it in. */
const MARGIN_MS = 60_000;
const POLL_MS = 500;
const GRACE_MS = 3_000;
const GOING_ON: ReadonlySet<string> = new Set(['STARTING', 'RUNNING', 'CANCELLING']);

/** The first 48 bits of a UUID of version 7. */
function timeOf(id: string): number | undefined {
  const [, high, low] = /^([0-9a-f]{8})-([0-9a-f]{4})-7/i.exec(id) ?? [];
  return high === undefined ? undefined : Number.parseInt(`${high}${low}`, 16);
}
