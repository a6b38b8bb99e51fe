import type { Persistence } from '../persistence/persistence.ts';
import type { StoredMessage } from './queue-messages.ts';

/** The messages of one queue on disk. */
export interface KeptMessages {
  /** What was there when the engine started, in the order in which it came. `dueAt` is when what is delayed or in flight shows. */
  restore(): readonly { readonly message: StoredMessage; readonly dueAt: number }[];
  /** The message is new, or has another state. */
  changed(message: StoredMessage): void;
  clear(): void;
}

/** Keeps what never changes of a message apart from what does, so that a body is written once. */
export function keepMessages(persistence: Persistence, queueName: string): KeptMessages {
  const contents = persistence.collection<Content>(`messages of ${queueName}`);
  const states = persistence.collection<State>(`states of ${queueName}`);
  // By a key of their own: a message that a fault has copied shares its id with the copy.
  const keys = new Map<StoredMessage, string>();
  let lastKey = 0;

  return {
    restore() {
      const stateOf = new Map(states.entries());
      return contents.entries().flatMap(([key, content]) => {
        lastKey = Math.max(lastKey, Number(key));
        const state = stateOf.get(key);
        if (state === undefined) return [];
        const { dueAt = 0, ...rest } = state;
        const message: StoredMessage = { ...content, ...rest };
        keys.set(message, key);
        return [{ message, dueAt }];
      });
    },
    changed(message) {
      const known = keys.get(message);
      if (message.state === 'gone') {
        if (known === undefined) return;
        contents.delete(known);
        states.delete(known);
        keys.delete(message);
        return;
      }
      const key = known ?? newKey(message);
      states.put(key, () => changingOf(message));
    },
    clear() {
      contents.clear();
      states.clear();
      keys.clear();
    },
  };

  function newKey(message: StoredMessage): string {
    lastKey += 1;
    const key = String(lastKey);
    keys.set(message, key);
    contents.put(key, () => contentOf(message));
    return key;
  }
}

type State = ReturnType<typeof changingOf>;
type Content = ReturnType<typeof contentOf>;

function changingOf({ alarm, firstReceivedAt, receiptHandle, receiveCount, state }: StoredMessage) {
  return { state, receiveCount, firstReceivedAt, receiptHandle, dueAt: alarm?.dueAt };
}

function contentOf(message: StoredMessage) {
  const { alarm, firstReceivedAt, receiptHandle, receiveCount, state, ...content } = message;
  return content;
}
