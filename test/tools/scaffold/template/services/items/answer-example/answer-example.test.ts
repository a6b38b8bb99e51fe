import { afterAll, beforeAll, expect, it } from 'vitest';
import { itemReceivedV1 } from '../../../../../../../generated/events/item-received-v1.ts';
import { type OpenConsumer, openConsumer } from '../../../../../../../test/services/runtime/open-consumer.ts';
import { readEvent } from '../../../../../../../test/services/runtime/read-event.ts';
import { createRecordedLog } from '../../../../../../../test/services/runtime/recorded-log.ts';
import { answerExample } from '../../../../../../../tools/scaffold/template/services/items/answer-example/answer-example.ts';
import { subscription } from '../../../../../../../tools/scaffold/template/services/items/answer-example/subscription.ts';

const events = [readEvent(itemReceivedV1, new URL('./item-received-v1.json', import.meta.url))];
let consumer: OpenConsumer;

beforeAll(async () => {
  consumer = await openConsumer(
    subscription,
    () => import('../../../../../../../tools/scaffold/template/services/items/answer-example/handler.ts'),
  );
});
afterAll(() => consumer.close());

it.each(events)('is done with $detail-type when it comes, and when it comes again', async (event) => {
  expect(await consumer.hear(event)).toBe('done');
  expect(await consumer.hear(event)).toBe('done');
});

it.each(events)('parks a $detail-type that its schema refuses', async (event) => {
  expect(await consumer.hear({ ...event, detail: null })).toBe('parked');
});

it.each(events)('names the $detail-type that it heard', async (event) => {
  const { log, lines } = createRecordedLog();
  expect(await answerExample(event, { log, publish: async () => [] })).toEqual({ kind: 'done' });
  expect(lines).toMatchObject([{ level: 'info', message: `heard ${event['detail-type']}` }]);
});
