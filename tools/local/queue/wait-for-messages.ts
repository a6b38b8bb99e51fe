import type { Clock } from '../clock.ts';
import type { Queue, ReceivedMessage } from './queues.ts';

/**
 * A long poll: what `take` finds now, or as soon as something becomes visible, or nothing after `waitMs`.
 * Once the client has hung up nothing is taken, so no message is lost to nobody until its visibility ends.
 */
export function waitForMessages(options: {
  readonly take: () => readonly ReceivedMessage[];
  readonly queue: Queue;
  readonly clock: Clock;
  readonly waitMs: number;
  readonly signal?: AbortSignal;
}): Promise<readonly ReceivedMessage[]> {
  const { take, queue, clock, waitMs, signal } = options;
  const found = take();
  if (found.length > 0 || waitMs <= 0) return Promise.resolve(found);
  return new Promise((resolve, reject) => {
    const stopListening = queue.onVisible(() => {
      try {
        const messages = take();
        if (messages.length > 0) finish(messages);
      } catch (error) {
        stop();
        reject(error);
      }
    });
    const cancelTimer = clock.after(waitMs, () => finish([]));
    const hangUp = () => finish([]);
    signal?.addEventListener('abort', hangUp);

    function stop() {
      stopListening();
      cancelTimer();
      signal?.removeEventListener('abort', hangUp);
    }
    function finish(messages: readonly ReceivedMessage[]) {
      stop();
      resolve(messages);
    }
  });
}
