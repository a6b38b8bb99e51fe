import { readFile } from 'node:fs/promises';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { defineCommand } from 'citty';
import type { Envelope } from '../../services/runtime/event.ts';
import { metadataOf } from '../../services/runtime/metadata.ts';
import { listOf } from '../list-of.ts';
import { listen } from '../listen.ts';
import { chainPattern } from '../pattern/chain-pattern.ts';
import { requirePattern } from '../pattern/require-pattern.ts';
import { printable } from '../printable.ts';
import { readCount } from '../read-count.ts';
import { removeLeftListeners } from '../remove-left-listeners.ts';
import { createStopSignal, rejectOnAbort } from '../stop-signal.ts';
import { enterTarget } from '../target/enter-target.ts';
import type { Target } from '../target/target.ts';
import { targetArguments } from '../target/target-arguments.ts';
import { UserError } from '../user-error.ts';

export const tail = defineCommand({
  meta: {
    name: 'tail',
    description:
      'Shows the events of a bus as they happen, through a rule and a queue of its own that it removes at the end. Stays until Ctrl-C. Example: npx fanbus tail --type TaskFileCompleted.v1',
  },
  args: {
    bus: {
      type: 'string',
      description: 'Which bus, such as default. Default: the stage’s',
      valueHint: 'NAME',
    },
    pattern: {
      type: 'string',
      description: 'Event pattern: JSON, or a file with it. Default: every event',
      valueHint: 'JSON',
    },
    type: { type: 'string', description: 'Events of these types alone', valueHint: 'EVENT…' },
    source: { type: 'string', description: 'Events of these sources alone', valueHint: 'SOURCE…' },
    correlation: { type: 'string', description: 'Events of this chain alone', valueHint: 'ID' },
    limit: { type: 'string', description: 'Ends after so many events', valueHint: 'N' },
    json: { type: 'boolean', description: 'Print each event whole, as a line of JSON', default: false },
    ...targetArguments,
  },
  async run({ args, rawArgs }) {
    const limit =
      args.limit === undefined
        ? Number.POSITIVE_INFINITY
        : readCount('limit', args.limit, { least: 1, of: 'events' });
    const pattern = await readPattern({
      given: args.pattern,
      types: listOf(rawArgs, 'type'),
      sources: listOf(rawArgs, 'source'),
      correlation: args.correlation,
    });
    const signal = createStopSignal();
    const target = await enterTarget(args);
    const bus = args.bus ?? target.names.bus;
    await requireBus(bus, target);
    for (const name of await removeLeftListeners(target.settings)) {
      console.error(`${name}, which a tail that was killed has left, is removed.`);
    }
    signal.throwIfAborted();

    let left = limit;
    const { promise: enough, resolve: end } = Promise.withResolvers<void>();
    const listener = await listen({
      settings: target.settings,
      bus,
      pattern,
      onEvent(event) {
        if (left === 0) return;
        console.log(args.json ? JSON.stringify(event) : lineOf(event));
        left -= 1;
        if (left === 0) end();
      },
    });
    try {
      // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html: "allow a short period of time for changes to take effect"
      const soon = target.kind === 'aws' ? ' in a moment: AWS takes a short time over a new rule' : '';
      console.error(`Listening to ${bus}${soon}. Ctrl-C ends it and removes ${listener.name}.`);
      await Promise.race([listener.ended, enough, rejectOnAbort(signal).catch(() => {})]);
    } finally {
      await listener.close();
    }
  },
});

async function requireBus(Name: string, { label, settings }: Target): Promise<void> {
  const events = new EventBridgeClient(settings);
  try {
    await events.send(new DescribeEventBusCommand({ Name }));
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'ResourceNotFoundException')) throw cause;
    throw new UserError(`there is no event bus ${Name} on ${label}: name another --bus or --stage.`, {
      cause,
    });
  } finally {
    events.destroy();
  }
}

interface Wanted {
  readonly given?: string;
  readonly types: readonly string[];
  readonly sources: readonly string[];
  readonly correlation?: string;
}

async function readPattern({ given, types, sources, correlation }: Wanted): Promise<object> {
  const isNarrowed = types.length + sources.length > 0 || correlation !== undefined;
  if (given !== undefined) {
    if (isNarrowed) {
      throw new UserError('--pattern says all that is meant: leave --type, --source and --correlation out.');
    }
    const text = given.trim().startsWith('{') ? given : await readText(given);
    requirePattern(text);
    return JSON.parse(text);
  }
  if (!isNarrowed) return { source: [{ prefix: '' }] };
  return {
    ...(types.length > 0 && { 'detail-type': types.map((type) => type.slice(type.indexOf('/') + 1)) }),
    ...(sources.length > 0 && { source: sources }),
    ...(correlation !== undefined && chainPattern(correlation)),
  };
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause) => {
    throw new UserError(`--pattern ${file} is no JSON object, and no file: ${cause.message}`, { cause });
  });
}

/** When, what, which, from whom, and the beginning of what it says. */
function lineOf(event: Envelope): string {
  const { detail, 'detail-type': type, source, time } = event;
  const { eventId = event.id, correlationId, occurredAt = time, producer = source } = metadataOf(event) ?? {};
  const data = metadataOf(event) === undefined ? detail : (detail as { readonly data?: unknown }).data;
  const chain = correlationId === undefined || correlationId === eventId ? '' : `  of ${correlationId}`;
  const line = `${occurredAt}  ${type.padEnd(24)}  ${eventId}  ${producer}${chain}  ${JSON.stringify(data) ?? ''}`;
  const width = process.stdout.columns ?? LONGEST;
  return printable(line.length > width ? `${line.slice(0, width - 1)}…` : line);
}

const LONGEST = 240;
