// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how Fn::Sub names things
import { describe, expect, it } from 'vitest';
import { createScope } from '../../../../tools/local/deploy/create-scope.ts';
import { findReferences } from '../../../../tools/local/deploy/find-references.ts';
import { resolveIntrinsics } from '../../../../tools/local/deploy/resolve-intrinsics.ts';

const scope = createScope({
  engine: { accountId: '000000000000', region: 'us-east-1' },
  exports: new Map([['shared', 'imported']]),
  resources: new Map([
    ['Queue', { physicalId: 'http://queue', attributes: { Arn: 'arn:queue', 'Nested.Name': 'deep' } }],
  ]),
  stackId: 'arn:stack',
  source: {
    name: 'stack',
    body: '',
    parameters: { Given: 'given' },
    tags: {},
    template: {
      Parameters: {
        Given: { Type: 'String', Default: 'default' },
        Size: { Type: 'Number', Default: 3 },
        Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
      },
      Mappings: { Sizes: { 'us-east-1': { memory: 512 } } },
      Conditions: {
        Yes: { 'Fn::Equals': [{ Ref: 'Size' }, 3] },
        No: { 'Fn::Not': [{ Condition: 'Yes' }] },
        Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
        Either: { 'Fn::Or': [{ Condition: 'Both' }, { 'Fn::Equals': ['a', 'a'] }] },
      },
    },
  },
});

it.each<[string, unknown, unknown]>([
  ['a plain value', { a: [1, 'x', true, null] }, { a: [1, 'x', true, null] }],
  ['Ref to a resource', { Ref: 'Queue' }, 'http://queue'],
  ['Ref to a parameter given', { Ref: 'Given' }, 'given'],
  ['Ref to a parameter’s default', { Ref: 'Size' }, 3],
  ['Ref to a list parameter', { Ref: 'Zones' }, ['a', 'b']],
  ['AWS::AccountId', { Ref: 'AWS::AccountId' }, '000000000000'],
  ['AWS::Partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['AWS::StackName', { Ref: 'AWS::StackName' }, 'stack'],
  ['AWS::URLSuffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['AWS::NoValue in an object', { a: 1, b: { Ref: 'AWS::NoValue' } }, { a: 1 }],
  ['AWS::NoValue in a list', [1, { Ref: 'AWS::NoValue' }, 2], [1, 2]],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:queue'],
  ['Fn::GetAtt as a text', { 'Fn::GetAtt': 'Queue.Arn' }, 'arn:queue'],
  ['Fn::GetAtt with a dotted attribute', { 'Fn::GetAtt': ['Queue', 'Nested.Name'] }, 'deep'],
  ['Fn::Join', { 'Fn::Join': ['-', ['a', { Ref: 'Size' }, { Ref: 'Given' }]] }, 'a-3-given'],
  ['Fn::Join of a list parameter', { 'Fn::Join': ['+', { Ref: 'Zones' }] }, 'a+b'],
  [
    'Fn::Sub',
    { 'Fn::Sub': '${Given}:${Queue.Arn}:${AWS::Region}:${!Kept}' },
    'given:arn:queue:us-east-1:${Kept}',
  ],
  [
    'Fn::Sub with values of its own',
    { 'Fn::Sub': ['${a}-${Given}', { a: { Ref: 'Queue' } }] },
    'http://queue-given',
  ],
  ['Fn::Sub of a dotted attribute', { 'Fn::Sub': '${Queue.Nested.Name}' }, 'deep'],
  ['Fn::Select', { 'Fn::Select': ['1', { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  ['Fn::Split', { 'Fn::Split': ['|', { 'Fn::Sub': 'x|${Given}' }] }, ['x', 'given']],
  ['Fn::If, true', { 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
  ['Fn::If, false', { 'Fn::If': ['No', { Ref: 'Nowhere' }, 'else'] }, 'else'],
  ['Fn::If without a value', { a: { 'Fn::If': ['Both', 1, { Ref: 'AWS::NoValue' }] } }, {}],
  ['Fn::Or', { 'Fn::If': ['Either', 1, 2] }, 1],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'AWS::Region' }, 'memory'] }, 512],
  ['Fn::Base64', { 'Fn::Base64': { 'Fn::Sub': '${Given}' } }, 'Z2l2ZW4='],
  ['Fn::ImportValue', { 'Fn::ImportValue': { 'Fn::Sub': 'shared' } }, 'imported'],
  ['Fn::GetAZs', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['an object that only looks like a call', { Ref: 'Queue', other: 1 }, { Ref: 'Queue', other: 1 }],
  [
    'a policy’s Condition',
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
    { Condition: { Bool: { 'aws:SecureTransport': 'true' } } },
  ],
])('resolves %s', (_, value, expected) => {
  expect(resolveIntrinsics(value, scope)).toEqual(expected);
});

it.each<[string, unknown, string]>([
  ['an unknown name', { Ref: 'Nowhere' }, 'the template has no parameter and no deployed resource Nowhere'],
  [
    'an unknown attribute',
    { 'Fn::GetAtt': ['Queue', 'Size'] },
    'Queue has no attribute Size here; it has Arn, Nested.Name',
  ],
  ['an unknown export', { 'Fn::ImportValue': 'other' }, 'nothing exports other; there are shared'],
  ['an unknown condition', { 'Fn::If': ['Maybe', 1, 2] }, 'the template has no condition Maybe'],
  [
    'an unknown key of a mapping',
    { 'Fn::FindInMap': ['Sizes', 'eu-west-1', 'memory'] },
    'mapping Sizes has no eu-west-1.memory',
  ],
  [
    'an index outside of its list',
    { 'Fn::Select': [2, ['a']] },
    'Fn::Select takes an index within its list, not [2,["a"]]',
  ],
  ['a list where a text belongs', { 'Fn::Join': ['-', [['a']]] }, 'Fn::Join takes texts'],
  ['an unknown function', { 'Fn::Cidr': [] }, 'Fn::Cidr is not supported here; supported are Ref, Fn::And, '],
])('refuses %s', (_, value, message) => {
  expect(() => resolveIntrinsics(value, scope)).toThrow(message);
});

describe('references', () => {
  it('are found in Ref, Fn::GetAtt and Fn::Sub, at any depth', () => {
    const value = {
      a: [{ Ref: 'A' }, { 'Fn::GetAtt': ['B', 'Arn'] }, { 'Fn::GetAtt': 'C.Arn' }],
      d: { 'Fn::Join': ['', [{ 'Fn::Sub': 'x${D}${E.Arn}${!F}' }]] },
      g: { 'Fn::Sub': ['${own}${G}', { own: { Ref: 'H' } }] },
    };
    expect([...findReferences(value)]).toEqual(['A', 'B', 'C', 'D', 'E', 'G', 'H']);
  });
});
