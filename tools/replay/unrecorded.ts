import type { RecordedEvent } from '../target/recorded-events.ts';

/** What the analytics record leaves out: the events of AWS that we hear. */
export const unrecorded = { source: 'aws.s3', 'detail-type': 'Object Created' } as const;

/** The id of the event of AWS that began the chain and caused this event; undefined when another did. */
export function causeOfAws({ causationId, correlationId }: RecordedEvent): string | undefined {
  const isFirst = causationId !== undefined && causationId === correlationId;
  return isFirst && !OUR_ID.test(causationId) ? causationId : undefined;
}

/** UUIDs of version 5 or 7. AWS's are mostly of version 4, and S3's of none. */
const OUR_ID = /^.{14}[57].{4}[89ab]/;
