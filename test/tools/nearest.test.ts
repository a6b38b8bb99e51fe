import { expect, it } from 'vitest';
import { didYouMean, didYouMeanOrAll, nearest } from '../../tools/nearest.ts';

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

it('knows a name by a part of it that no other has', () => {
  expect(didYouMean('thumbnails', ['make-thumbnails', 'bus'])).toBe(' Did you mean "make-thumbnails"?');
  expect(didYouMean('image', ['scan-image', 'moderate-image'])).toBe('');
});

it('names all there are when none is like it', () => {
  expect(didYouMeanOrAll('elephant', ['store-item', 'bus'])).toBe(' There are bus, store-item.');
  expect(didYouMeanOrAll('elephant', [])).toBe(' There are none.');
});
