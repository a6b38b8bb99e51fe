import type { PatternTester } from '../pattern/test-pattern.ts';
import type { RecordedEvent } from './read-record.ts';

/** What the analytics record leaves out: the events of AWS that we hear. */
export const unrecordedType = 'aws.s3/Object Created';

/** The id of the event of AWS that began the chain and caused this event; undefined when another did. */
export function causeOfAws({ causationId, correlationId }: RecordedEvent): string | undefined {
  const isFirst = causationId !== undefined && causationId === correlationId;
  return isFirst && !OUR_ID.test(causationId) ? causationId : undefined;
}

/** UUIDs of version 5 or 7. AWS's are mostly of version 4, and S3's of none. */
const OUR_ID = /^.{14}[57].{4}[89ab]/;

/** Whether a pattern (JSON text) lets in an event of AWS as far as is known: its source, its type and perhaps its id. */
export function letsIn(pattern: string, tester: PatternTester, id?: string): boolean {
  const members: Readonly<Record<string, unknown>> = JSON.parse(pattern);
  const known = ['source', 'detail-type', ...(id === undefined ? [] : ['id', '$or'])];
  const rest = Object.entries(members).filter(([member]) => known.includes(member));
  if (rest.length === 0) return true;
  const [source, type] = unrecordedType.split('/');
  const event = JSON.stringify({ id, source, 'detail-type': type });
  return tester.test(JSON.stringify(Object.fromEntries(rest)), event).result === 'match';
}
