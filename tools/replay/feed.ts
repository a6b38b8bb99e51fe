import { setTimeout as wait } from 'node:timers/promises';
import type { ReplayState as AwsState } from '@aws-sdk/client-eventbridge';
import { type Message, QueueDoesNotExist, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Envelope } from '../../services/runtime/event.ts';
import { identityOf } from '../../services/runtime/metadata.ts';
import type { EventCheck } from '../check-event.ts';
import { openAwsReplays } from '../target/aws-replays.ts';
import { countMessages } from '../target/count-messages.ts';
import { createPace } from '../target/create-pace.ts';
import { deleteMessages } from '../target/delete-messages.ts';
import type { Consumer } from '../target/read-consumers.ts';
import { sendMessages } from '../target/send-messages.ts';
import type { Target } from '../target/target.ts';
import { UserError } from '../user-error.ts';
import { createReceiverFinder } from './find-receivers.ts';
import type { OpenedReplay } from './open-replay.ts';
import type { Misfit } from './replay-plan.ts';
import { readState, thisFeeder, writeState } from './replay-state.ts';

/** What came of the replay's events so far. */
export interface Fed {
  /** Events that were taken from the replay. */
  events: number;
  /** Deliveries, by consumer. */
  readonly handedOn: Map<string, number>;
  readonly misfits: Misfit[];
  /** Events that no rule of these consumers matches. */
  unwanted: number;
}

export interface FeedProgress {
  readonly events: number;
  /** How many wait in the replay's queue, about. */
  readonly waiting: number;
  readonly isPaused: boolean;
}

export interface FeedOptions {
  readonly target: Target;
  readonly replay: OpenedReplay;
  readonly consumers: readonly Consumer[];
  readonly check: EventCheck;
  /** Events a second. @default as fast as it goes */
  readonly rate?: number;
  /** Filled as it goes, so that it can be told whatever becomes of the feeding. */
  readonly fed: Fed;
  readonly onProgress: (progress: FeedProgress) => void;
  readonly signal: AbortSignal;
}

export function nothingFed(): Fed {
  return { events: 0, handedOn: new Map(), misfits: [], unwanted: 0 };
}

/**
 * Hands the events of a replay on to those consumers whose enabled rules match them, into their own queues, until AWS has brought all and
 * none is left. An event is taken from the replay's queue only when all have it: at least once, which consumers bear. Rejects with
 * `UserError` when the replay is cancelled elsewhere.
 */
export async function feedConsumers(options: FeedOptions): Promise<void> {
  const { check, consumers, fed, onProgress, rate, replay, target } = options;
  const { queueUrl: QueueUrl } = replay;
  const aws = openAwsReplays(target);
  const sqs = new SQSClient(target.settings);
  const receiversOf = createReceiverFinder(consumers);
  const queueUrls = new Map(consumers.map(({ name, queue }) => [name, queue.url]));
  const done = new AbortController();
  const signal = AbortSignal.any([options.signal, done.signal]);
  const pace = createPace({ perSecond: rate, signal });
  let isPaused = false;
  let busyAt = performance.now();

  try {
    const hands = Array.from({ length: (rate ?? FAST) < FAST ? 1 : HANDS }, feed);
    await Promise.all([watch(), ...hands].map(endAll));
  } finally {
    aws.close();
    sqs.destroy();
  }

  /** Whoever fails ends the others. */
  async function endAll(work: Promise<void>): Promise<void> {
    try {
      await work;
    } catch (error) {
      if (!done.signal.aborted || options.signal.aborted) {
        done.abort();
        options.signal.throwIfAborted();
        throw error instanceof QueueDoesNotExist ? cancelledElsewhere(replay.name) : error;
      }
    }
  }

  /** Follows what other shells and AWS do with the replay, and tells when all is over. */
  async function watch(): Promise<void> {
    let saidAt = performance.now();
    while (true) {
      const [state, awsState, waiting] = await Promise.all([
        readState(QueueUrl, sqs),
        aws.stateOf(replay.name),
        countMessages(QueueUrl, sqs),
      ]);
      if (state === undefined || state.state === 'cancelled' || (awsState && ENDED_BADLY.has(awsState))) {
        throw cancelledElsewhere(replay.name);
      }
      if (isPaused && state.state === 'running') pace.reset();
      isPaused = state.state === 'paused';
      onProgress({ events: fed.events, waiting, isPaused });
      const now = performance.now();
      // SQS counts about, and EventBridge may have brought what its queue does not show yet: over is what stays so.
      if (waiting > 0) busyAt = now;
      if (awsState === 'COMPLETED' && now - busyAt >= quietMs(target)) {
        done.abort();
        return;
      }
      if (now - saidAt >= SAY_MS) {
        saidAt = now;
        await writeState(QueueUrl, { feeder: thisFeeder() }, sqs);
      }
      await wait(target.kind === 'aws' ? 1_000 : 200, undefined, { signal });
    }
  }

  async function feed(): Promise<void> {
    while (true) {
      signal.throwIfAborted();
      if (isPaused) {
        await wait(100, undefined, { signal });
        continue;
      }
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl,
          // At a slow pace one by one, so that none is held for long.
          MaxNumberOfMessages: Math.min(10, Math.max(1, Math.floor(rate ?? 10))),
          WaitTimeSeconds: 5,
        }),
        { abortSignal: signal },
      );
      if (Messages.length > 0) await handOn(Messages);
    }
  }

  async function handOn(messages: readonly Message[]): Promise<void> {
    busyAt = performance.now();
    const read = messages.map(({ Body = '' }) => ({ body: Body, ...receiversFor(Body) }));
    await pace.next(read.filter(({ names }) => names.length > 0).length);
    await sendMessages(
      read.flatMap(({ body, names }) => names.map((name) => ({ queueUrl: queueUrls.get(name) ?? '', body }))),
      sqs,
    ).catch((cause: unknown) => {
      if (!(cause instanceof QueueDoesNotExist)) throw cause;
      throw new UserError('the queue of one of these consumers is not there any more: name the others.', {
        cause,
      });
    });
    // Only now: what is not deleted comes again.
    await deleteMessages(QueueUrl, messages, sqs);
    for (const { misfit, names } of read) {
      fed.events += 1;
      if (misfit) fed.misfits.push(misfit);
      else if (names.length === 0) fed.unwanted += 1;
      for (const name of names) fed.handedOn.set(name, (fed.handedOn.get(name) ?? 0) + 1);
    }
  }

  function receiversFor(body: string): { readonly names: readonly string[]; readonly misfit?: Misfit } {
    const event: Envelope = JSON.parse(body);
    const fit = check(body);
    if (fit.result !== 'invalid') return { names: receiversOf(event, body) };
    const eventId = identityOf(event);
    const type = `${event.source}/${event['detail-type']}`;
    return { names: [], misfit: { type, eventId, problem: fit.problem } };
  }
}

/** Below so many a second one hand is enough. */
const FAST = 10;
const HANDS = 4;

/** How often a feeder says that it is there. */
const SAY_MS = 5_000;

const ENDED_BADLY: ReadonlySet<AwsState> = new Set(['CANCELLED', 'CANCELLING', 'FAILED']);

function quietMs({ kind }: Target): number {
  return kind === 'aws' ? 30_000 : 500;
}

function cancelledElsewhere(name: string): UserError {
  return new UserError(`the replay ${name} was cancelled elsewhere.`);
}
