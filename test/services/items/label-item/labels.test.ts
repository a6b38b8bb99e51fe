import { describe, expect, it } from 'vitest';
import { labelsOf } from '../../../../services/items/label-item/labels.ts';

describe('the kind', () => {
  it.each([
    ['empty', undefined],
    ['empty', {}],
    ['empty', { nothing: null, list: [], object: {} }],
    ['text', { note: 'gloves', lines: [{ more: '' }] }],
    ['figures', { quantity: 2, isGift: false, sizes: [7.5] }],
    ['mixed', { note: 'gloves', quantity: 2 }],
  ])('is %s for %j', (kind, content) => {
    expect(labelsOf(content).kind).toBe(kind);
  });
});

describe('the size', () => {
  const ofBytes = (bytes: number) => labelsOf({ a: 'x'.repeat(bytes - '{"a":""}'.length) }).size;

  it('is small below 1 KiB of JSON, medium below 64 KiB, and large from there on', () => {
    expect([2 ** 10 - 1, 2 ** 10, 2 ** 16 - 1, 2 ** 16].map(ofBytes)).toEqual([
      'small',
      'medium',
      'medium',
      'large',
    ]);
  });

  it('is of bytes, not of letters', () => {
    expect(labelsOf({ a: 'ä'.repeat(600) }).size).toBe('medium');
  });
});

describe('keywords', () => {
  const of = (...texts: string[]) => labelsOf({ texts }).keywords;

  it('are the words in texts, the most frequent first, then by letters', () => {
    expect(of('Garden gloves, green', 'green rake; GREEN hose, garden')).toEqual([
      'green',
      'garden',
      'gloves',
      'hose',
      'rake',
    ]);
  });

  it('have four to forty letters of any script, and no digits', () => {
    expect(of(`the größe Ёлка x1234 ${'y'.repeat(40)} ${'z'.repeat(41)}`)).toEqual([
      'größe',
      'y'.repeat(40),
      'ёлка',
    ]);
  });

  it('are ten at most', () => {
    expect(of('abcdefghijklmnop'.replace(/./g, (letter) => `${letter.repeat(4)} `))).toHaveLength(10);
  });

  it('know a word however its letters are made', () => {
    expect(of('cafe\u0301s', 'caf\u00e9s')).toEqual(['cafés'.normalize('NFC')]);
  });

  it('are not the names of fields', () => {
    expect(labelsOf({ quantity: 2 }).keywords).toEqual([]);
  });
});

it('labels what is nested as deep as JSON can be written', () => {
  const content = JSON.parse(`{"a":${'['.repeat(1_000)}"gloves"${']'.repeat(1_000)}}`);
  expect(labelsOf(content)).toEqual({ kind: 'text', size: 'medium', keywords: ['gloves'] });
});
