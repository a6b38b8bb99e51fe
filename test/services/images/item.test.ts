import { expect, it } from 'vitest';
import { fromItem, toItem } from '../../../services/images/item.ts';

it('stores an object as DynamoDB has it, without what is undefined', () => {
  expect(
    toItem({ text: 'a', number: -1.5, truth: false, list: ['b', 2, []], map: { c: '' }, nothing: undefined }),
  ).toEqual({
    text: { S: 'a' },
    number: { N: '-1.5' },
    truth: { BOOL: false },
    list: { L: [{ S: 'b' }, { N: '2' }, { L: [] }] },
    map: { M: { c: { S: '' } } },
  });
});

it('reads what it stored', () => {
  const object = { text: '', number: 0, truth: true, list: [{ a: [1] }], map: { b: { c: 'd' } } };
  expect(fromItem(toItem(object))).toEqual(object);
});

it.each([null, Number.NaN, () => 1])('refuses %s', (value) => {
  expect(() => toItem({ value })).toThrow('cannot be stored');
});
