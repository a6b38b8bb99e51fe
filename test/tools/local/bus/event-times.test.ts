import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Events, entry, openEvents } from './open-events.ts';

let events: Events;
let queue: string;

beforeAll(async () => {
  events = await openEvents();
  queue = events.queue('heard');
  await events.rule({ name: 'hear', target: { Arn: queue } });
});

afterAll(() => events.close());

it.each([
  ['2022-01-01', '2022-01-01T00:00:00Z'],
  ['2022-01-01T23:59:59.999Z', '2022-01-01T23:59:59Z'],
  ['2022-01-01T01:00:00+02:00', '2021-12-31T23:00:00Z'],
  [1_640_995_200, '2022-01-01T00:00:00Z'],
  [1_640_995_200.75, '2022-01-01T00:00:00Z'],
])('writes the time %s as %s', async (Time, written) => {
  const { status, body } = await putEvents({ Entries: [{ ...entry, Time }] });
  const eventId = body.Entries?.[0]?.EventId;
  expect({ status, body }).toEqual({
    status: 200,
    body: { FailedEntryCount: 0, Entries: [{ EventId: expect.any(String) }] },
  });
  await events.observations.waitFor('delivered', (seen) => seen.eventId === eventId);
  expect(JSON.parse(events.take(queue)[0]?.body ?? '{}')).toMatchObject({ id: eventId, time: written });
});

it('refuses what is no time', async () => {
  const { status, body } = await putEvents({ Entries: [{ ...entry, Time: 'yesterday' }] });
  expect({ status, type: body.__type }).toEqual({ status: 400, type: 'SerializationException' });
});

interface Answer {
  readonly Entries?: readonly { readonly EventId?: string }[];
  readonly __type?: string;
}

/** A request of the JSON protocol, for what the SDK would not send. */
async function putEvents(request: object) {
  const response = await fetch(events.endpoint(), {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      authorization:
        'AWS4-HMAC-SHA256 Credential=local/20261121/us-east-1/events/aws4_request, SignedHeaders=host, Signature=00',
    },
    body: JSON.stringify(request),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}
