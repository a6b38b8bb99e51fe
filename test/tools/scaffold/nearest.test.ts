import { expect, it } from 'vitest';
import { nearest } from '../../../tools/scaffold/nearest.ts';

it.each([
  ['ItemRecieved.v1', 'ItemReceived.v1'],
  ['itemstored.v1', 'ItemStored.v1'],
  ['ItemStored', 'ItemStored.v1'],
  ['Item', undefined],
  ['', undefined],
  ['TaskDeleted.v1', undefined],
])('takes %s for %s', (word, meant) => {
  expect(nearest(word, ['ItemReceived.v1', 'ItemStored.v1'])).toBe(meant);
});

it('counts letters that are swapped as one slip', () => {
  expect(nearest('itmes', ['tasks', 'items'], 1)).toBe('items');
  expect(nearest('tags', ['tasks', 'items'], 1)).toBeUndefined();
});
