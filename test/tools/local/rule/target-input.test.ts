import type { Target } from '@aws-sdk/client-eventbridge';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Events, openEvents } from '../bus/open-events.ts';

let events: Events;
let count = 0;

beforeAll(async () => {
  events = await openEvents();
});

afterAll(() => events.close());

const detail = {
  user: 'ann "a" b',
  payload: { acc_id: '0a787ecb-4015', sf_id: 'baz' },
  list: ['ACTIVE', 'INACTIVE'],
  one: ['HIGH'],
  yes: true,
  n: 5,
  none: null,
};

/** What a target with this input receives of one event; nothing when it is undeliverable. */
async function received(input: Partial<Target>): Promise<string | undefined> {
  count += 1;
  const name = `rule-${count}`;
  const queue = events.queue(name);
  await events.rule({ name, pattern: { source: [name] }, target: { Arn: queue, ...input } });
  const ended = Promise.race([
    events.observations.waitFor('delivered', ({ rule }) => rule === name),
    events.observations.waitFor('undeliverable', ({ rule }) => rule === name),
  ]);
  await events.put({ Source: name, DetailType: 'Said', Detail: JSON.stringify(detail), Time: new Date(0) });
  await ended;
  return events.take(queue)[0]?.body;
}

const transformed = (InputTemplate: string, InputPathsMap?: Record<string, string>) =>
  received({ InputTransformer: { InputTemplate, InputPathsMap } });

const paths = {
  user: '$.detail.user',
  payload: '$.detail.payload',
  list: '$.detail.list',
  one: '$.detail.one',
  yes: '$.detail.yes',
  n: '$.detail.n',
  type: '$.detail-type',
  second: '$.detail.list[1]',
  missing: '$.detail.nothing',
  none: '$.detail.none',
};

describe('the input of a target', () => {
  it('is a constant', async () => {
    expect(await received({ Input: '{"a": 1}' })).toBe('{"a": 1}');
  });

  it('is a part of the event, as JSON', async () => {
    expect(await received({ InputPath: '$.detail' })).toBe(JSON.stringify(detail));
    expect(await received({ InputPath: '$.detail.payload.sf_id' })).toBe('"baz"');
    expect(await received({ InputPath: '$.detail.list[0]' })).toBe('"ACTIVE"');
    expect(await received({ InputPath: '$.detail.payload.*' })).toBe('["0a787ecb-4015","baz"]');
  });

  it.each([
    ['"Event of <type> from <second>"', '"Event of Said from INACTIVE"'],
    [
      '"<payload> <one> <list> <yes> <n> [<missing>]"',
      '"{acc_id:0a787ecb-4015,sf_id:baz} [HIGH] [ACTIVE,INACTIVE] true 5 []"',
    ],
    ['"{[/<n>"', '"{[/5"'],
    ['"one <n>"\n"two <yes>"', '"one 5"\n"two true"'],
  ])('is the text of the template %j', async (template, body) => {
    expect(await transformed(template, paths)).toBe(body);
  });

  it.each([
    [
      '{"u":<user>,"p":<payload>,"l":<one>}',
      '{"u":"ann \\"a\\" b","p":{"acc_id":"0a787ecb-4015","sf_id":"baz"},"l":["HIGH"]}',
    ],
    ['{"path":"users/<second>/<n>","again":"<second>"}', '{"path":"users/INACTIVE/5","again":"INACTIVE"}'],
    ['{"u":"<user>"}', '{"u":"ann \\"a\\" b"}'],
    ['{"missing":<missing>,"none":<none>,"yes":<yes>}', '{"missing":"","none":null,"yes":true}'],
    ['{"quoted \\" <n>":<n>}', '{"quoted \\" 5":5}'],
  ])('is the JSON of the template %j', async (template, body) => {
    expect(await transformed(template, paths)).toBe(body);
  });

  it('may name what AWS predefines', async () => {
    const body = await transformed(
      '{"arn":<aws.events.rule-arn>,"name":"<aws.events.rule-name>","at":<aws.events.event.ingestion-time>,"event":<aws.events.event>,"all":<aws.events.event.json>}',
    );
    const name = `rule-${count}`;
    const { at, all, ...rest } = JSON.parse(body ?? '');
    expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(Date.parse(at)).toBeGreaterThan(0);
    expect(all).toMatchObject({ source: name, time: '1970-01-01T00:00:00Z', detail });
    expect(JSON.stringify(rest)).toBe(
      `{"arn":"arn:aws:events:us-east-1:000000000000:rule/${name}","name":"${name}","event":{"id":"${all.id}","account":"000000000000","detailType":"Said","time":"1970-01-01T00:00:00Z","source":"${name}","region":"us-east-1","resources":[],"version":"0"}}`,
    );
  });

  it.each(['{"p":"<payload>"}', '{"l":"<one>"}'])(
    'is nothing when the template %s makes no JSON',
    async (template) => {
      expect(await transformed(template, paths)).toBeUndefined();
      expect(
        await events.observations.waitFor('undeliverable', ({ rule }) => rule === `rule-${count}`),
      ).toMatchObject({
        code: 'INVALID_JSON',
      });
    },
  );

  it.each<[string, Partial<Target>, string]>([
    [
      'two of them at once',
      { Input: '{}', InputPath: '$.detail' },
      'Only one of Input, InputPath, or InputTransformer must be provided for target target.',
    ],
    [
      'a placeholder that is not defined',
      { InputTransformer: { InputTemplate: '{"a":<other>}', InputPathsMap: { n: '$.detail.n' } } },
      'InputTemplate for target target contains invalid placeholder other.',
    ],
    ['a path that is none', { InputPath: 'detail' }, 'Invalid InputPath for target target : detail.'],
    [
      'an input that is no JSON',
      { Input: '{' },
      expect.stringMatching(/^JSON syntax error in input for target target/),
    ],
  ])('refuses %s', async (_what, input, message) => {
    await expect(received(input)).rejects.toMatchObject({ name: 'ValidationException', message });
  });
});
