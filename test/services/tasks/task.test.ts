import { describe, expect, it } from 'vitest';
import { parseRow, type Row } from '../../../services/tasks/task.ts';

const parse = (cells: Omit<Row, 'line'>) => parseRow({ line: 2, ...cells });

describe('parseRow', () => {
  it('makes a task of a title alone', () => {
    expect(parse({ title: ' Buy milk ' })).toEqual({ task: { title: 'Buy milk', isComplete: false } });
  });

  it('makes a task of all cells', () => {
    expect(
      parse({ title: 'a', detail: ' b\nc ', dueAt: '2026-12-01T09:00:00+02:00', isComplete: ' TRUE ' }),
    ).toEqual({
      task: { title: 'a', detail: 'b\nc', dueAt: '2026-12-01T07:00:00.000Z', isComplete: true },
    });
  });

  it.each([
    ['true', true],
    ['False', false],
    ['1', true],
    ['0', false],
  ])('reads isComplete %s as %s', (cell, isComplete) => {
    expect(parse({ title: 'a', isComplete: cell })).toEqual({ task: { title: 'a', isComplete } });
  });

  it.each([
    ['2026-12-01', '2026-12-01T00:00:00.000Z'],
    ['2026-12-01T09:30', '2026-12-01T09:30:00.000Z'],
    ['2026-12-01T09:30:15Z', '2026-12-01T09:30:15.000Z'],
    ['2026-12-01t09:30:15.5z', '2026-12-01T09:30:15.500Z'],
    ['2026-12-01T09:30:15.123456-0530', '2026-12-01T15:00:15.123Z'],
    ['2028-02-29T23:59:59+14:00', '2028-02-29T09:59:59.000Z'],
    ['2026-12-01T09:30:15+01', '2026-12-01T08:30:15.000Z'],
  ])('reads dueAt %s as %s', (cell, dueAt) => {
    expect(parse({ title: 'a', dueAt: cell })).toEqual({ task: { title: 'a', dueAt, isComplete: false } });
  });

  it('counts an emoji as one character', () => {
    expect(parse({ title: '😀'.repeat(100) })).toHaveProperty('task');
  });

  it.each<[string, Omit<Row, 'line'>, RegExp]>([
    ['no title', {}, /^the title is missing$/],
    ['a title of spaces', { title: '  ' }, /^the title is missing$/],
    [
      'a title of 101 characters',
      { title: 'x'.repeat(101) },
      /^the title has 101 characters, but may have at most 100$/,
    ],
    [
      'a detail of 1,001 characters',
      { title: 'a', detail: 'é'.repeat(1_001) },
      /^the detail has 1001 characters/,
    ],
    [
      'a day that does not exist',
      { title: 'a', dueAt: '2026-02-29' },
      /^dueAt is "2026-02-29", but must be ISO 8601/,
    ],
    ['an hour that does not exist', { title: 'a', dueAt: '2026-02-01T24:00Z' }, /^dueAt is/],
    ['a second that does not exist', { title: 'a', dueAt: '2026-02-01T23:00:60Z' }, /^dueAt is/],
    ['an offset that does not exist', { title: 'a', dueAt: '2026-02-01T23:00:00+24:00' }, /^dueAt is/],
    ['a year before 0000', { title: 'a', dueAt: '0000-01-01T00:00:00+01:00' }, /^dueAt is/],
    ['a date as people write it', { title: 'a', dueAt: '1.12.2026' }, /^dueAt is "1.12.2026"/],
    [
      'another truth',
      { title: 'a', isComplete: 'yes' },
      /^isComplete is "yes", but must be true, false, 1 or 0$/,
    ],
    ['a row that is no CSV', { fault: 'a quote opens' }, /^a quote opens$/],
    [
      'several things',
      { dueAt: 'soon', isComplete: '2' },
      /^the title is missing; dueAt is "soon".*; isComplete is "2"/,
    ],
  ])('refuses %s', (_, cells, reason) => {
    expect(parse(cells)).toEqual({ reason: expect.stringMatching(reason) });
  });
});
