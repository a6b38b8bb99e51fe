import { prices } from '../bill/prices.ts';

/**
 * What AWS charges for a replay's way into the consumers' queues, in US dollars: each event put on the bus again, through the temporary
 * queue, into a consumer's queue for each delivery, and out of it by the poller.
 */
export function estimateCost({
  bytesPerEvent,
  deliveries,
  events,
}: {
  readonly events: number;
  readonly deliveries: number;
  readonly bytesPerEvent: number;
}): number {
  const alone = chunks(bytesPerEvent);
  /** A request for ten messages is billed for all their bytes. */
  const inTens = chunks(10 * bytesPerEvent) / 10;
  const deleted = 1 / 10;
  const requests = events * (alone + inTens + deleted) + deliveries * (2 * inTens + deleted);
  return events * alone * prices.replayedEvent + requests * prices.queueRequest;
}

/** EventBridge and SQS bill each started 64 KiB. */
function chunks(bytes: number): number {
  return Math.max(1, Math.ceil(bytes / 65_536));
}
