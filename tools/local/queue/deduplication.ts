import { createHash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Collection } from '../persistence/persistence.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { OutgoingMessage, SentMessage } from './queues.ts';

export interface Remembered {
  readonly sent: SentMessage;
  readonly until: number;
}

/** What a FIFO queue has been sent in the last five minutes. */
export interface Deduplication {
  /** What was answered to the first message with this id, while it counts. */
  find(deduplicationId: string): SentMessage | undefined;
  remember(deduplicationId: string, sent: SentMessage): void;
  clear(): void;
}

/** `kept` is where an engine with a data folder keeps it. */
export function createDeduplication(clock: Clock, kept?: Collection<Remembered>): Deduplication {
  const remembered = new Map<string, Remembered>(kept?.entries());
  return {
    find(deduplicationId) {
      const found = remembered.get(deduplicationId);
      return found && found.until > clock.now() ? found.sent : undefined;
    },
    remember(deduplicationId, sent) {
      const now = clock.now();
      // In order of insertion, so the first that is still valid ends the sweep.
      for (const [id, { until }] of remembered) {
        if (until > now) break;
        remembered.delete(id);
        kept?.delete(id);
      }
      const entry = { sent, until: now + DEDUPLICATION_MS };
      remembered.set(deduplicationId, entry);
      kept?.put(deduplicationId, () => entry);
    },
    clear() {
      remembered.clear();
      kept?.clear();
    },
  };
}

const DEDUPLICATION_MS = 5 * 60_000;

/** The deduplication id of a message for a FIFO queue. Refuses what such a queue refuses. */
export function deduplicationIdOf(
  { groupId, deduplicationId, delaySeconds, body }: OutgoingMessage,
  { isContentBased }: { readonly isContentBased: boolean },
): string {
  if (!groupId) {
    throw new AwsError('MissingParameter', 'The request must contain the parameter MessageGroupId.');
  }
  if (delaySeconds) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
    );
  }
  if (deduplicationId) return deduplicationId;
  if (isContentBased) return createHash('sha256').update(body).digest('hex');
  throw new AwsError(
    'InvalidParameterValue',
    'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly',
  );
}
