import { describe, expect, it } from 'vitest';
import {
  type Access,
  evaluatePolicies,
  type PolicyStatement,
} from '../../../../tools/local/wire/evaluate-policies.ts';

const queue = 'arn:aws:sqs:us-east-1:000000000000:orders';
const send: Access = { action: 'sqs:SendMessage', resource: queue };
const evaluate = (access: Access, ...Statement: PolicyStatement[]) =>
  evaluatePolicies([{ Statement }], access);

describe('evaluatePolicies', () => {
  it('allows nothing by itself', () => {
    expect(evaluatePolicies([], send)).toBe('not allowed');
  });

  it.each<[string, PolicyStatement]>([
    ['the exact action and resource', { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue }],
    ['an action in other case', { Effect: 'Allow', Action: 'SQS:sendmessage', Resource: queue }],
    [
      'one of a list',
      { Effect: 'Allow', Action: ['sqs:DeleteMessage', 'sqs:SendMessage'], Resource: ['x', queue] },
    ],
    ['a wildcard action', { Effect: 'Allow', Action: 'sqs:Send*', Resource: queue }],
    [
      'a wildcard resource',
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:*:*:order?' },
    ],
    ['what is not excluded', { Effect: 'Allow', NotAction: 'sqs:DeleteQueue', Resource: queue }],
  ])('allows by %s', (_, statement) => {
    expect(evaluate(send, statement)).toBe('allowed');
  });

  it.each<[string, PolicyStatement]>([
    ['another action', { Effect: 'Allow', Action: 'sqs:ReceiveMessage', Resource: queue }],
    ['another resource', { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: `${queue}-dlq` }],
    [
      'a name that only begins the same',
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: 'arn:aws:sqs:*:*:order' },
    ],
    ['a dot that is no wildcard', { Effect: 'Allow', Action: 'sqs.*', Resource: queue }],
    ['an excluded resource', { Effect: 'Allow', Action: 'sqs:*', NotResource: queue }],
  ])('does not allow by %s', (_, statement) => {
    expect(evaluate(send, statement)).toBe('not allowed');
  });

  it('lets an explicit deny win over an allow', () => {
    expect(
      evaluate(
        send,
        { Effect: 'Allow', Action: '*', Resource: '*' },
        { Effect: 'Deny', Action: 'sqs:SendMessage', Resource: '*' },
      ),
    ).toBe('denied');
  });

  it('holds an access to its conditions', () => {
    const statement: PolicyStatement = {
      Effect: 'Allow',
      Action: 'events:PutEvents',
      Resource: '*',
      Condition: {
        StringEquals: { 'events:source': ['shop'], 'events:detail-type': ['Paid.v1', 'Sent.v1'] },
      },
    };
    const put = (source: string, detailType: string): Access => ({
      action: 'events:PutEvents',
      resource: 'bus',
      context: { 'events:source': source, 'events:detail-type': detailType },
    });
    expect(evaluate(put('shop', 'Sent.v1'), statement)).toBe('allowed');
    expect(evaluate(put('shop', 'Lost.v1'), statement)).toBe('not allowed');
    expect(evaluate({ action: 'events:PutEvents', resource: 'bus' }, statement)).toBe('not allowed');
  });

  it('takes an absent key for met where the operator ends in IfExists', () => {
    const Condition = { StringEqualsIfExists: { 'aws:PrincipalTag/team': 'a' } };
    expect(evaluate(send, { Effect: 'Allow', Action: '*', Resource: '*', Condition })).toBe('allowed');
  });

  it('takes a key for met by ForAllValues where each of its values is listed, or it has none', () => {
    const Condition = { 'ForAllValues:StringEquals': { 'events:source': ['shop'] } };
    const statement: PolicyStatement = { Effect: 'Allow', Action: '*', Resource: '*', Condition };
    expect(evaluate({ ...send, context: { 'events:source': 'shop' } }, statement)).toBe('allowed');
    expect(evaluate({ ...send, context: { 'events:source': 'bank' } }, statement)).toBe('not allowed');
    expect(evaluate(send, statement)).toBe('allowed');
  });

  it('refuses a condition operator that it does not know, by name', () => {
    const Condition = { NumericLessThan: { 's3:max-keys': '10' } };
    expect(() =>
      evaluate(
        { ...send, context: { 's3:max-keys': '5' } },
        { Effect: 'Allow', Action: '*', Resource: '*', Condition },
      ),
    ).toThrow(/NumericLessThan/);
  });
});
