import {
  type ConnectionAuthorizationType,
  CreateApiDestinationCommand,
  type CreateApiDestinationCommandInput,
  CreateConnectionCommand,
  type CreateConnectionCommandInput,
  DeleteConnectionCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from '../bus/open-events.ts';
import { type Endpoint, openEndpoint } from './open-endpoint.ts';

let events: Events;
let endpoint: Endpoint;
let deadLetters: string;

beforeEach(async () => {
  events = await openEvents();
  endpoint = await openEndpoint();
  deadLetters = events.queue('dlq');
});

afterEach(async () => {
  await events.close();
  await endpoint[Symbol.asyncDispose]();
});

const apiKey = { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'k1' } };

/** A rule that calls the endpoint. Returns the destination's ARN. */
async function callEndpoint(
  options: {
    auth?: CreateConnectionCommandInput['AuthParameters'];
    type?: ConnectionAuthorizationType;
    destination?: Partial<CreateApiDestinationCommandInput>;
    target?: Partial<Target>;
  } = {},
): Promise<string> {
  const connection = await events.client.send(
    new CreateConnectionCommand({
      Name: 'auth',
      AuthorizationType: options.type ?? 'API_KEY',
      AuthParameters: { ...apiKey, ...options.auth },
    }),
  );
  const { ApiDestinationArn: Arn = '' } = await events.client.send(
    new CreateApiDestinationCommand({
      Name: 'api',
      ConnectionArn: connection.ConnectionArn,
      InvocationEndpoint: `${endpoint.url}/hook`,
      HttpMethod: 'POST',
      ...options.destination,
    }),
  );
  const RoleArn = 'arn:aws:iam::000000000000:role/call';
  await events.rule({
    name: 'call',
    target: { Arn, RoleArn, DeadLetterConfig: { Arn: deadLetters }, ...options.target },
  });
  return Arn;
}

const delivered = (attempt = 1) =>
  events.observations.waitFor('delivered', (seen) => seen.attempt === attempt);

const deadLetter = async () => {
  await events.observations.waitFor('dead-lettered');
  const [message] = events.take(deadLetters);
  const entries = Object.entries(message?.messageAttributes ?? {});
  return Object.fromEntries(entries.map(([name, { StringValue }]) => [name, StringValue]));
};

const retrying = () => events.observations.waitFor('retrying');

const answerWith = (status: number, headers: Record<string, string> = {}) =>
  endpoint.answer((response) => void response.writeHead(status, headers).end());

describe('an API destination', () => {
  it('is sent the event as the body, under the key of its connection', async () => {
    await callEndpoint();
    const { Entries } = await events.put(entry);
    await delivered();
    const [request] = endpoint.requests;
    expect(request).toMatchObject({
      method: 'POST',
      path: '/hook',
      headers: {
        'x-key': 'k1',
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Amazon/EventBridge/ApiDestinations',
      },
    });
    expect(JSON.parse(request?.body ?? '')).toMatchObject({ id: Entries?.[0]?.EventId, detail: { n: 1 } });
  });

  it('is called with a user and password', async () => {
    await callEndpoint({
      type: 'BASIC',
      auth: { BasicAuthParameters: { Username: 'ann', Password: 's:1' }, ApiKeyAuthParameters: undefined },
    });
    await events.put(entry);
    await delivered();
    expect(endpoint.requests[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('ann:s:1').toString('base64')}`,
    );
  });

  it('takes path, headers and query from the target, from the event where they are paths', async () => {
    await callEndpoint({
      destination: { InvocationEndpoint: `${endpoint.url}/orders/*/lines/*?fixed=1`, HttpMethod: 'PUT' },
      target: {
        Input: '{"a":1}',
        HttpParameters: {
          PathParameterValues: ['$.detail.id', 'x'],
          HeaderParameters: { 'X-Type': '$.detail-type', 'X-Plain': 'p' },
          QueryStringParameters: { who: '$.detail.who', none: '$.detail.none' },
        },
      },
    });
    await events.put({ ...entry, Detail: '{"id":"a/../b","who":"ann & bob"}' });
    await delivered();
    expect(endpoint.requests[0]).toMatchObject({
      method: 'PUT',
      path: '/orders/a%2F..%2Fb/lines/x?fixed=1&who=ann+%26+bob&none=',
      headers: { 'x-type': 'Said', 'x-plain': 'p' },
      body: '{"a":1}',
    });
  });

  it('takes what its connection adds, which wins over the target', async () => {
    await callEndpoint({
      auth: {
        InvocationHttpParameters: {
          HeaderParameters: [{ Key: 'X-Who', Value: 'connection' }],
          QueryStringParameters: [{ Key: 'q', Value: 'connection' }],
          BodyParameters: [{ Key: 'b', Value: 'connection' }],
        },
      },
      target: {
        Input: '{"a":1,"b":"target"}',
        HttpParameters: {
          HeaderParameters: { 'x-who': 'target', Host: 'elsewhere.example' },
          QueryStringParameters: { q: 'target' },
        },
      },
    });
    await events.put(entry);
    await delivered();
    expect(endpoint.requests[0]).toMatchObject({
      path: '/hook?q=connection',
      headers: { 'x-who': 'connection', host: new URL(endpoint.url).host },
      body: '{"a":1,"b":"connection"}',
    });
  });

  it('is sent no body with GET', async () => {
    await callEndpoint({ destination: { HttpMethod: 'GET' } });
    await events.put(entry);
    await delivered();
    expect(endpoint.requests[0]).toMatchObject({ method: 'GET', body: '' });
  });

  it('is called no more often than its rate allows', async () => {
    await callEndpoint({ destination: { InvocationRateLimitPerSecond: 1 } });
    await events.put(entry, entry, entry);
    await delivered();
    expect(endpoint.requests).toHaveLength(1);
    for (const count of [2, 3]) {
      events.clock.advance(1000);
      await events.observations.waitFor('delivered', () => endpoint.requests.length === count);
    }
    expect(endpoint.requests).toHaveLength(3);
  });
});

describe('a failed call', () => {
  it.each([401, 407, 409, 429, 500, 503])('is tried again after a %d', async (status) => {
    answerWith(status);
    await callEndpoint();
    await events.put(entry);
    expect(await retrying()).toMatchObject({ attempt: 1, code: 'ERROR_FROM_TARGET' });
    endpoint.answer((response) => response.end());
    events.clock.advance(1000);
    await delivered(2);
    expect(endpoint.requests).toHaveLength(2);
  });

  it.each([400, 403, 404, 302])('is final after a %d', async (status) => {
    answerWith(status, { location: 'http://127.0.0.1:1/' });
    const arn = await callEndpoint();
    await events.put(entry);
    expect(await deadLetter()).toEqual({
      RULE_ARN: 'arn:aws:events:us-east-1:000000000000:rule/call',
      TARGET_ARN: arn,
      ERROR_CODE: 'ERROR_FROM_TARGET',
      ERROR_MESSAGE: `Unable to invoke ApiDestination endpoint: API destination returned HTTP status code ${status}.`,
      RETRY_ATTEMPTS: '0',
    });
    expect(endpoint.requests).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    answerWith(429, { 'retry-after': '60' });
    await callEndpoint();
    await events.put(entry);
    expect(await retrying()).toMatchObject({ waitMs: 60_000 });
    answerWith(200);
    events.clock.advance(60_000);
    await delivered(2);
  });

  it('is final when Retry-After is negative', async () => {
    answerWith(429, { 'retry-after': '-1' });
    await callEndpoint();
    await events.put(entry);
    expect(await deadLetter()).toMatchObject({ ERROR_CODE: 'ERROR_FROM_TARGET', RETRY_ATTEMPTS: '0' });
  });

  it('ends as a dead letter when its retries are spent', async () => {
    answerWith(500);
    await callEndpoint({ target: { RetryPolicy: { MaximumRetryAttempts: 0 } } });
    await events.put(entry);
    expect(await deadLetter()).toMatchObject({
      ERROR_CODE: 'ERROR_FROM_TARGET',
      EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
      RETRY_ATTEMPTS: '0',
    });
  });

  it('is given up after five seconds without an answer', async () => {
    const called = new Promise<void>((resolve) => endpoint.answer(() => resolve()));
    await callEndpoint({ target: { RetryPolicy: { MaximumRetryAttempts: 0 } } });
    await events.put(entry);
    await called;
    events.clock.advance(5000);
    expect(await deadLetter()).toMatchObject({
      ERROR_CODE: 'TIMEOUT',
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: Timeout calling endpoint for API Destination',
    });
  });

  it('says when nobody listens there', async () => {
    await callEndpoint({
      destination: { InvocationEndpoint: 'http://127.0.0.1:1/' },
      target: { RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    await events.put(entry);
    expect(await deadLetter()).toMatchObject({
      ERROR_CODE: 'SDK_CLIENT_ERROR',
      ERROR_MESSAGE: 'Unable to invoke ApiDestination endpoint: API destination endpoint cannot be reached.',
    });
  });

  it('is final when a header cannot be sent', async () => {
    await callEndpoint({ target: { HttpParameters: { HeaderParameters: { 'X-Bad': '$.detail.text' } } } });
    await events.put({ ...entry, Detail: '{"text":"a\\r\\nb: c"}' });
    expect(await deadLetter()).toMatchObject({ ERROR_CODE: 'INVALID_PARAMETER' });
    expect(endpoint.requests).toEqual([]);
  });

  it('is final when the connection is gone', async () => {
    await callEndpoint();
    await events.client.send(new DeleteConnectionCommand({ Name: 'auth' }));
    await events.put(entry);
    expect(await deadLetter()).toMatchObject({ ERROR_CODE: 'NO_RESOURCE' });
  });
});
