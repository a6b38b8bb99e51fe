import { everyOwnEvent } from '../../services/runtime/subscription.ts';
import { type EventSchema, isOurs } from '../codegen/schema-set.ts';
import { createPatternTester } from '../pattern/test-pattern.ts';
import type { DetailPattern } from './check-pattern.ts';
import { addressOf } from './find-event.ts';

/** An event to begin a test with. */
export interface ExampleEvent {
  /** As EventBridge delivers it. */
  readonly event: object;
  /** Which condition its example does not meet, when no example of the schema meets all. */
  readonly mismatch?: string;
}

/** An example of an event's schema, if possible one that the conditions match; for `fanbus.*` of any event of ours. */
export function exampleEvent(
  heard: EventSchema,
  events: readonly EventSchema[],
  detail: DetailPattern | undefined,
): ExampleEvent {
  const types = addressOf(heard) === everyOwnEvent ? events.filter(isOurs) : [heard];
  const examples = types.flatMap(examplesOf);
  const tester = createPatternTester({ strict: false });
  const pattern = JSON.stringify({ detail });
  const tested = examples.map((event): ExampleEvent => {
    if (detail === undefined) return { event };
    const verdict = tester.test(pattern, JSON.stringify(event));
    return verdict.result === 'match' ? { event } : { event, mismatch: verdict.reason };
  });
  const best = tested.find(({ mismatch }) => mismatch === undefined) ?? tested[0];
  if (best === undefined) throw new Error(`${addressOf(heard)} has no example.`);
  return best;
}

function examplesOf({ source, detailType, schema }: EventSchema): readonly object[] {
  const details: readonly unknown[] = Array.isArray(schema.examples) ? schema.examples : [];
  return details.map((detail) => ({
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': detailType,
    source,
    account: '000000000000',
    time: '2026-11-21T09:30:00Z',
    region: 'us-east-1',
    resources: [],
    detail,
  }));
}
