import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BatchRecord } from '../../../../tools/local/function/batch-record.ts';
import { readFilterCriteria } from '../../../../tools/local/function/filter-criteria.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

const criteriaOf = (...patterns: unknown[]) =>
  readFilterCriteria({
    Filters: patterns.map((pattern) => ({
      Pattern: typeof pattern === 'string' ? pattern : JSON.stringify(pattern),
    })),
  });

const recordOf = (body: string): BatchRecord => ({
  messageId: 'm',
  receiptHandle: 'r',
  json: JSON.stringify({ messageId: 'm', body, attributes: { SenderId: 'me' }, eventSource: 'aws:sqs' }),
  bytes: 0,
});

describe('a filter on the body', () => {
  it.each([
    ['wants a JSON body that matches', { body: { n: [1] } }, '{"n":1}', true],
    ['drops a JSON body that does not match', { body: { n: [1] } }, '{"n":2}', false],
    ['speaks the operators of EventBridge', { body: { n: [{ numeric: ['>', 5] }] } }, ' {"n": 6}', true],
    ['finds a body that is a list', { body: { n: [1] } }, '[{"n":1}]', true],
    ['drops plain text when it asks for JSON', { body: { n: [1] } }, 'n is 1', false],
    [
      'drops plain text even when it asks for an absence',
      { body: { n: [{ exists: false }] } },
      'plain',
      false,
    ],
    ['wants plain text that matches', { body: ['x', { prefix: 'y' }] }, 'yes', true],
    ['drops plain text that does not match', { body: ['x'] }, 'X', false],
    ['drops JSON when it asks for plain text', { body: [{ 'anything-but': 'x' }] }, '["y"]', false],
    ['takes what only looks like JSON for plain text', { body: [{ prefix: '{' }] }, '{not json', true],
    ['leaves a body alone that it does not name', { eventSource: ['aws:sqs'] }, 'plain', true],
    ['looks at the system attributes', { attributes: { SenderId: ['you'] } }, '{}', false],
  ])('%s', (_what, pattern, body, expected) => {
    expect(criteriaOf(pattern)?.wants(recordOf(body))).toBe(expected);
  });

  it('is one of several, any of which may want the message', () => {
    const criteria = criteriaOf({ body: { n: [1] } }, { body: ['x'] });
    expect(['{"n":1}', 'x', '{"n":2}'].map((body) => criteria?.wants(recordOf(body)))).toEqual([
      true,
      true,
      false,
    ]);
  });

  it.each(['null', '"simple string"', '{"eventSource":"aws:sqs"}', '{"eventSource":[]}', '{'])(
    'refuses %s',
    (pattern) => {
      expect(() => criteriaOf(pattern)).toThrow('Invalid filter pattern definition.');
    },
  );

  it('refuses a filter without a pattern, and more than five filters', () => {
    expect(() => readFilterCriteria({ Filters: [{}] })).toThrow('Invalid filter pattern definition.');
    const six = Array.from({ length: 6 }, () => ({ body: ['x'] }));
    expect(() => criteriaOf(...six)).toThrow('A mapping may have 5 filters, not 6: join patterns with $or.');
  });

  it('is nothing when the list is empty', () => {
    expect(readFilterCriteria({ Filters: [] })).toBeUndefined();
    expect(readFilterCriteria({})).toBeUndefined();
  });
});

describe('a mapping with filters', () => {
  let aws: OpenFunctions;
  beforeAll(async () => {
    aws = await openFunctions();
    await aws.addFunction(
      'chosen',
      'exports.handler = async ({ Records }) => console.log("BODIES " + Records.map(({ body }) => body));',
    );
  });
  afterAll(() => aws.close());

  it('deletes the messages that no filter wants, without invoking the function', async () => {
    const queue = await aws.addQueue('filtered');
    const [no, yes] = ['{"n":2}', '{"n":1}'].map((body) => queue.send({ body }, user).messageId);
    await aws.map(queue, 'chosen', { FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[1]}}' }] } });
    await aws.observations.waitFor('filtered', ({ messageIds }) => messageIds.includes(no ?? ''));
    expect(await aws.observations.waitFor('settled')).toMatchObject({ done: [yes], failed: [] });
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    const bodies = aws.logs.lines('/aws/lambda/chosen').filter(({ message }) => message.includes('BODIES'));
    expect(bodies.map(({ message }) => message.trimEnd().split('BODIES ')[1])).toEqual(['{"n":1}']);
  });

  it('finds what it wants behind a long row of what it does not', async () => {
    const queue = await aws.addQueue('long');
    for (let n = 0; n < 95; n += 1) queue.send({ body: '{"n":2}' }, user);
    const { messageId } = queue.send({ body: '{"n":1}' }, user);
    await aws.map(queue, 'chosen', { FilterCriteria: { Filters: [{ Pattern: '{"body":{"n":[1]}}' }] } });
    await aws.observations.waitFor('settled', ({ done }) => done.includes(messageId));
    expect(queue.depth()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
  });
});
