import type { StoredMessage } from './queue-messages.ts';

/** In which order visible messages leave a queue. */
export interface MessageOrder {
  /** A message became visible: it is new, its delay ended, or its visibility timeout did. */
  push(message: StoredMessage): void;
  /** Takes the next visible messages out, at most `count`. */
  next(count: number): StoredMessage[];
  /** Puts back what `next` has just given, as if it had not been taken. */
  putBack(messages: readonly StoredMessage[]): void;
  /** A message was taken before the engine's last start. */
  take(message: StoredMessage): void;
  /** A message that was taken is gone for good: deleted, expired or moved away. */
  forget(message: StoredMessage): void;
  clear(): void;
}

/** A standard queue: roughly first in, first out. */
export function createStandardOrder(): MessageOrder {
  // A list with a moving head: Array.shift() is slow once a hundred thousand messages wait.
  let waiting: (StoredMessage | undefined)[] = [];
  let head = 0;
  return {
    push(message) {
      waiting.push(message);
    },
    next(count) {
      const taken: StoredMessage[] = [];
      for (; taken.length < count && head < waiting.length; head += 1) {
        const message = waiting[head];
        waiting[head] = undefined;
        // Deleted while it was visible again: a late acknowledgement.
        if (message?.state === 'visible') taken.push(message);
      }
      if (head > 1_000 && head * 2 > waiting.length) {
        waiting = waiting.slice(head);
        head = 0;
      }
      return taken;
    },
    putBack(messages) {
      waiting.splice(head, 0, ...messages);
    },
    take() {},
    forget() {},
    clear() {
      waiting = [];
      head = 0;
    },
  };
}

/** A FIFO queue: strict order within a message group, and a group waits while one of its messages is in flight. */
export function createFifoOrder(): MessageOrder {
  const groups = new Map<string, { waiting: StoredMessage[]; readonly inFlight: Set<StoredMessage> }>();

  function groupOf(message: StoredMessage) {
    const id = message.groupId ?? '';
    const group = groups.get(id) ?? { waiting: [], inFlight: new Set<StoredMessage>() };
    groups.set(id, group);
    return group;
  }

  function push(message: StoredMessage) {
    const group = groupOf(message);
    group.inFlight.delete(message);
    const later = group.waiting.findIndex((other) => sequence(other) > sequence(message));
    group.waiting.splice(later < 0 ? group.waiting.length : later, 0, message);
  }

  return {
    push,
    next(count) {
      const taken: StoredMessage[] = [];
      for (const group of groups.values()) {
        if (group.inFlight.size > 0) continue;
        for (const message of group.waiting.splice(0, count - taken.length)) {
          taken.push(message);
          group.inFlight.add(message);
        }
        if (taken.length === count) break;
      }
      return taken;
    },
    putBack: (messages) => messages.forEach(push),
    take(message) {
      groupOf(message).inFlight.add(message);
    },
    forget(message) {
      const group = groupOf(message);
      group.inFlight.delete(message);
      group.waiting = group.waiting.filter((other) => other !== message);
      if (group.inFlight.size === 0 && group.waiting.length === 0) groups.delete(message.groupId ?? '');
    },
    clear: () => groups.clear(),
  };
}

function sequence(message: StoredMessage): string {
  return message.sequenceNumber ?? '';
}
