import { CreateArchiveCommand, CreateEventBusCommand, PutRuleCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Events, openEvents } from '../bus/open-events.ts';

let events: Events;
beforeEach(async () => {
  events = await openEvents();
  await events.client.send(new CreateEventBusCommand({ Name: 'app' }));
});
afterEach(() => events.close());

const limitExceeded = {
  name: 'LimitExceededException',
  message: 'The requested resource exceeds the maximum number allowed.',
};

const put = (Name: string, pattern: unknown = { source: ['x'] }) =>
  events.client.send(
    new PutRuleCommand({ Name, EventBusName: 'app', EventPattern: JSON.stringify(pattern) }),
  );

/** As many requests at once, so that the test does not wait for each. */
const putMany = (count: number, pattern?: unknown) =>
  Promise.all(Array.from({ length: count }, (_, n) => put(`rule-${n}`, pattern)));

it('allows 300 rules on a bus, of which an archive has one', async () => {
  await putMany(299);
  const archive = { ArchiveName: 'a', EventSourceArn: 'arn:aws:events:us-east-1:000000000000:event-bus/app' };
  await events.client.send(new CreateArchiveCommand(archive));
  await expect(put('one-more')).rejects.toMatchObject(limitExceeded);
  await put('rule-0', { source: ['changed'] });
  const elsewhere = new PutRuleCommand({ Name: 'elsewhere', EventPattern: '{"source":["x"]}' });
  await events.client.send(elsewhere);
});

it('allows 30 rules with a wildcard on a bus', async () => {
  await putMany(29, { source: [{ wildcard: 'a*' }] });
  await put('nested', { source: [{ 'anything-but': { wildcard: 'b*' } }] });
  await expect(put('one-more', { source: [{ wildcard: 'c*' }] })).rejects.toMatchObject(limitExceeded);
  await put('nested', { source: [{ wildcard: 'changed*' }] });
  await put('named-so', { detail: { wildcard: ['is "wildcard": a word'] } });
});
