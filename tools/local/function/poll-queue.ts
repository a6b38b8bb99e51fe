import type { Caller, Engine } from '../local-service.ts';
import type { Queue } from '../queue/queues.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type BatchRecord, countFitting, toBatchRecord, toPayload } from './batch-record.ts';
import { failedMessages } from './failed-messages.ts';
import type { FilterCriteria } from './filter-criteria.ts';
import type { Invocation } from './functions.ts';

export interface PollerSettings {
  readonly functionName: string;
  /** Messages per invocation, 1 to 10,000. */
  readonly batchSize: number;
  /** How long a batch may wait to become full. */
  readonly windowSeconds: number;
  /** Invocations at the same time. @default 5, with which AWS starts */
  readonly maximumConcurrency?: number;
  readonly reportsItemFailures: boolean;
  /** What it does not want is deleted unseen. @default everything is wanted */
  readonly filterCriteria?: FilterCriteria;
}

export interface Poller {
  /** Takes no more messages; resolves when those taken are settled. */
  pause(): Promise<void>;
  resume(): void;
  /** Pauses for good. */
  stop(): Promise<void>;
}

/**
 * Feeds a function from a queue until it is paused. Woken by the queue, so it costs nothing while the queue is empty.
 * Messages that fail stay hidden until their visibility timeout ends.
 */
export function pollQueue(options: {
  readonly engine: Pick<Engine, 'clock' | 'observations'>;
  readonly queue: Queue;
  readonly settings: PollerSettings;
  readonly invoke: (functionName: string, payload: string) => Promise<Invocation>;
}): Poller {
  const { engine, invoke, queue, settings } = options;
  const { clock, observations } = engine;
  const { batchSize, filterCriteria, functionName, maximumConcurrency = 5, windowSeconds } = settings;
  const batches = new Set<Promise<void>>();
  // Received and not yet handed on: they wait for the window to end, or for room in a payload.
  const gathered: BatchRecord[] = [];
  let isPaused = false;
  let isWoken = false;
  let isWindowOver = false;
  let closeWindow: (() => void) | undefined;

  const stopListening = queue.onVisible(wake);
  wake();

  return {
    pause,
    resume() {
      isPaused = false;
      wake();
    },
    async stop() {
      stopListening();
      await pause();
    },
  };

  async function pause(): Promise<void> {
    isPaused = true;
    while (gathered.length > 0 || batches.size > 0) {
      if (gathered.length > 0 && batches.size < maximumConcurrency) start(takeGathered());
      else await Promise.race(batches);
    }
  }

  // What is sent within one turn of the event loop is received together.
  function wake(): void {
    if (isWoken || isPaused) return;
    isWoken = true;
    setImmediate(() => {
      isWoken = false;
      while (!isPaused && batches.size < maximumConcurrency && gather()) start(takeGathered());
    });
  }

  /** Receives until a batch is ready to go. */
  function gather(): boolean {
    while (gathered.length < batchSize) {
      const received = queue.receive(Math.min(10, batchSize - gathered.length), POLLER);
      if (received.length === 0) break;
      const records = received.map((message) =>
        toBatchRecord(message, queue, { hasWindow: windowSeconds > 0 }),
      );
      gathered.push(...(filterCriteria ? dropUnwanted(records, filterCriteria) : records));
      if (gathered.length === 0) {
        // A long queue of what nobody wants must not hold up everything else.
        wake();
        return false;
      }
    }
    if (gathered.length === 0) return false;
    const isFull = gathered.length >= batchSize || countFitting(gathered) < gathered.length;
    if (isFull || windowSeconds === 0 || isWindowOver) return true;
    closeWindow ??= clock.after(windowSeconds * 1_000, () => {
      isWindowOver = true;
      wake();
    });
    return false;
  }

  function dropUnwanted(records: readonly BatchRecord[], criteria: FilterCriteria): readonly BatchRecord[] {
    const wanted = records.filter(criteria.wants);
    const unwanted = records.filter((record) => !wanted.includes(record));
    if (unwanted.length === 0) return wanted;
    for (const { receiptHandle } of unwanted) tryDelete(receiptHandle);
    const messageIds = unwanted.map(({ messageId }) => messageId);
    observations.report({ kind: 'filtered', queue: queue.name, function: functionName, messageIds });
    return wanted;
  }

  function takeGathered(): readonly BatchRecord[] {
    closeWindow?.();
    closeWindow = undefined;
    isWindowOver = false;
    return gathered.splice(0, countFitting(gathered));
  }

  function start(records: readonly BatchRecord[]): void {
    const batch = settle(records).finally(() => {
      batches.delete(batch);
      wake();
    });
    batches.add(batch);
  }

  async function settle(records: readonly BatchRecord[]): Promise<void> {
    const ids = records.map(({ messageId }) => messageId);
    const invocation = await invokeUntilAccepted(toPayload(records));
    const failed = invocation ? failedMessages(ids, invocation, settings) : new Set(ids);
    for (const { messageId, receiptHandle } of records) {
      if (!failed.has(messageId)) tryDelete(receiptHandle);
    }
    observations.report({
      kind: 'settled',
      queue: queue.name,
      function: functionName,
      requestId: invocation?.requestId,
      done: ids.filter((id) => !failed.has(id)),
      failed: ids.filter((id) => failed.has(id)),
    });
  }

  function tryDelete(receiptHandle: string): void {
    try {
      queue.delete(receiptHandle);
    } catch (error) {
      // A FIFO queue refuses once the visibility timeout has ended: the message comes again.
      if (!(error instanceof AwsError)) throw error;
    }
  }

  /** Nothing when the function cannot take the batch before its messages become visible again. */
  async function invokeUntilAccepted(payload: string): Promise<Invocation | undefined> {
    const visibleAgainAt = clock.now() + queue.visibilityTimeoutSeconds() * 1_000;
    for (let waitMs = FIRST_WAIT_MS; ; waitMs *= 2) {
      try {
        return await invoke(functionName, payload);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        const isThrottled = error.code === 'TooManyRequestsException';
        if (!isThrottled || isPaused || clock.now() + waitMs >= visibleAgainAt) return undefined;
        await new Promise<void>((resolve) => clock.after(waitMs, resolve));
      }
    }
  }
}

const POLLER: Caller = { kind: 'service', name: 'lambda.amazonaws.com' };
const FIRST_WAIT_MS = 100;
