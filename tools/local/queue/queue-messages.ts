import { randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createDueHeap } from './due-heap.ts';
import type { KeptMessages } from './keep-messages.ts';
import { createFifoOrder, createStandardOrder } from './message-order.ts';
import type { MessageAttribute } from './queues.ts';

/**
 * ```
 * delayed ──▶ visible ──▶ inFlight ──▶ gone
 *                ▲            │
 *                └────────────┘  the visibility timeout ended
 * ```
 */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly md5OfMessageAttributes?: string;
  readonly bytes: number;
  readonly sentAt: number;
  readonly groupId?: string;
  readonly deduplicationId?: string;
  readonly sequenceNumber?: string;
  readonly traceHeader?: string;
  readonly senderId: string;
  /** Set when it came here by redrive: the queue that gave it up. */
  deadLetterSourceArn?: string;
  /** A second copy that a fault made: it is not copied again. */
  readonly isCopy?: boolean;
  state: 'delayed' | 'visible' | 'inFlight' | 'gone';
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the latest receive; an older handle no longer does anything. */
  receiptHandle?: string;
  /** Its place among what falls due, while it is delayed or in flight. */
  alarm?: Alarm;
}

/** Emptied when it is off: a message that is gone must not be kept until its visibility timeout would have ended. */
export interface Alarm {
  message?: StoredMessage;
  readonly dueAt: number;
}

/** The messages of one queue, on the engine's clock. */
export interface QueueMessages {
  add(message: StoredMessage, delayMs: number): void;
  /** Takes up to `count` visible messages. They stay counted as visible until `hide`, `remove` or `putBack`. */
  next(count: number): StoredMessage[];
  putBack(messages: readonly StoredMessage[]): void;
  /** Puts a message in flight under a new receipt handle. */
  hide(message: StoredMessage, visibilityMs: number): void;
  remove(message: StoredMessage): void;
  /** The message of which this is the latest receipt handle. */
  byHandle(receiptHandle: string): StoredMessage | undefined;
  /** Ends its visibility timeout in `ms` from now. */
  changeVisibility(message: StoredMessage, ms: number): void;
  clear(): void;
  depth(): { visible: number; inFlight: number; delayed: number };
  /** Calls back, once for several at a time, after messages became visible. Returns the way to stop. */
  onVisible(listener: () => void): () => void;
  close(): void;
}

/** `kept` is where an engine with a data folder keeps them. */
export function createQueueMessages(
  clock: Clock,
  { isFifo, kept }: { isFifo: boolean; kept?: KeptMessages },
): QueueMessages {
  const order = isFifo ? createFifoOrder() : createStandardOrder();
  const due = createDueHeap<Alarm>();
  const byHandle = new Map<string, StoredMessage>();
  const listeners = new Set<() => void>();
  const counts = { delayed: 0, visible: 0, inFlight: 0, gone: 0 };
  let timer: { readonly dueAt: number; readonly cancel: () => void } | undefined;
  let isNotifying = false;

  function enter(message: StoredMessage, state: StoredMessage['state']) {
    counts[message.state] -= 1;
    counts[state] += 1;
    message.state = state;
    kept?.changed(message);
  }

  function show(message: StoredMessage) {
    enter(message, 'visible');
    disarm(message);
    order.push(message);
    notify();
  }

  /** After the current turn, so that a batch of ten is seen as ten. */
  function notify() {
    if (isNotifying) return;
    isNotifying = true;
    queueMicrotask(() => {
      isNotifying = false;
      for (const listener of [...listeners]) listener();
    });
  }

  function wakeAt(message: StoredMessage, dueAt: number) {
    disarm(message);
    message.alarm = { message, dueAt };
    due.push(dueAt, message.alarm);
    arm();
  }

  function disarm(message: StoredMessage) {
    if (message.alarm) message.alarm.message = undefined;
    message.alarm = undefined;
  }

  function arm() {
    const next = due.nextDueAt();
    if (next === undefined || (timer && timer.dueAt <= next)) return;
    timer?.cancel();
    timer = { dueAt: next, cancel: clock.after(next - clock.now(), wake) };
  }

  function wake() {
    timer = undefined;
    const now = clock.now();
    for (let alarm = due.popDue(now); alarm; alarm = due.popDue(now)) {
      if (alarm.message) show(alarm.message);
    }
    arm();
  }

  for (const { message, dueAt } of kept?.restore() ?? []) {
    counts[message.state] += 1;
    if (message.receiptHandle) byHandle.set(message.receiptHandle, message);
    if (message.state === 'visible') order.push(message);
    else wakeAt(message, dueAt);
    if (message.state === 'inFlight') order.take(message);
  }

  return {
    add(message, delayMs) {
      counts[message.state] += 1;
      if (delayMs <= 0) return show(message);
      enter(message, 'delayed');
      wakeAt(message, clock.now() + delayMs);
    },
    next: (count) => order.next(count),
    putBack: (messages) => order.putBack(messages),
    hide(message, visibilityMs) {
      if (message.receiptHandle) byHandle.delete(message.receiptHandle);
      message.receiptHandle = randomUUID();
      byHandle.set(message.receiptHandle, message);
      enter(message, 'inFlight');
      if (visibilityMs <= 0) return show(message);
      wakeAt(message, clock.now() + visibilityMs);
    },
    remove(message) {
      if (message.receiptHandle) byHandle.delete(message.receiptHandle);
      enter(message, 'gone');
      disarm(message);
      order.forget(message);
      // A FIFO group whose message is gone lets its next one through.
      if (isFifo) notify();
    },
    byHandle: (receiptHandle) => byHandle.get(receiptHandle),
    changeVisibility(message, ms) {
      if (ms <= 0) return show(message);
      wakeAt(message, clock.now() + ms);
      kept?.changed(message);
    },
    clear() {
      kept?.clear();
      for (const message of byHandle.values()) message.state = 'gone';
      byHandle.clear();
      order.clear();
      due.clear();
      Object.assign(counts, { delayed: 0, visible: 0, inFlight: 0 });
    },
    depth: () => ({ visible: counts.visible, inFlight: counts.inFlight, delayed: counts.delayed }),
    onVisible(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      timer?.cancel();
      listeners.clear();
    },
  };
}
