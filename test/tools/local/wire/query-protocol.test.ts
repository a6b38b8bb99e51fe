import { expect, it } from 'vitest';
import { listOf, readQuery } from '../../../../tools/local/wire/query-protocol.ts';

it.each<[string, string, object]>([
  ['texts', 'StackName=a%20b', { StackName: 'a b' }],
  ['structures', 'Config.Mode=b&Config.Deep.Er=c', { Config: { Mode: 'b', Deep: { Er: 'c' } } }],
  [
    'lists in the order of their numbers',
    Array.from({ length: 11 }, (_, index) => `Ids.member.${11 - index}=${11 - index}`).join('&'),
    { Ids: Array.from({ length: 11 }, (_, index) => String(index + 1)) },
  ],
  [
    'lists of structures',
    'Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b',
    { Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }] },
  ],
])('reads %s', (_, form, input) => {
  expect(readQuery(`Action=Do&Version=2010-05-15&${form}`)).toEqual({ operation: 'Do', input });
});

it('takes an empty text for an empty list', () => {
  const { input } = readQuery('Action=Do&Tags=');
  expect([listOf(input, 'Tags'), listOf(input, 'Others')]).toEqual([[], []]);
});
