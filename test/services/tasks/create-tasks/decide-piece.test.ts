import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decidePiece,
  type RowOutcome,
  splitUntried,
} from '../../../../services/tasks/create-tasks/decide-piece.ts';
import { isWithin, rangeOf } from '../../../../services/tasks/create-tasks/row-range.ts';

const created = (line: number): RowOutcome => ({ line, kind: 'created' });
const rejected = (line: number): RowOutcome => ({ line, kind: 'rejected', reason: `bad ${line}` });
const open = (line: number): RowOutcome => ({ line, kind: 'open', reason: 'throttled' });
const decide = (rows: readonly RowOutcome[], isLastReceive = false) =>
  decidePiece('7', { rows, isLastReceive });

describe('decidePiece', () => {
  it('records a piece whose rows are all dealt with', () => {
    expect(decide([created(2), rejected(3)])).toEqual({
      kind: 'record',
      totals: { created: 1, rejected: 1 },
      rejects: [{ line: 3, reason: 'bad 3' }],
      children: [],
    });
  });

  it('lets the open rows go on alone', () => {
    expect(decide([created(2), open(3), rejected(4), open(9)])).toMatchObject({
      totals: { created: 1, rejected: 1 },
      children: ['7.3', '7.9'],
    });
  });

  it('brings the whole piece back when nothing got through', () => {
    expect(decide([open(2), rejected(3), open(4)])).toEqual({ kind: 'retry', reason: 'throttled' });
  });

  it('brings a single row back until its last receive, and gives it up then', () => {
    expect(decide([open(2)])).toEqual({ kind: 'retry', reason: 'throttled' });
    expect(decide([open(2)], true)).toEqual({ kind: 'give-up', reason: 'throttled' });
  });

  it('splits without counting anything when it was not tried', () => {
    expect(splitUntried('7.2-9', [2, 5, 9])).toMatchObject({
      totals: { created: 0, rejected: 0 },
      children: ['7.2-9.2', '7.2-9.5', '7.2-9.9'],
    });
  });

  it('accounts for each row once, in at most 16 children, each smaller than the piece', () => {
    const row = fc.constantFrom(created, created, rejected, open);
    fc.assert(
      fc.property(fc.array(row, { minLength: 2, maxLength: 200 }), (kinds) => {
        const rows = kinds.map((kind, i) => kind(10 + 2 * i));
        const decision = decide(rows);
        if (decision.kind !== 'record') return;
        const ranges = decision.children.map(rangeOf);
        const carried = rows.filter(({ line }) => ranges.some((range) => isWithin(line, range)));
        expect(ranges.length).toBeLessThanOrEqual(16);
        for (const range of ranges) {
          expect(rows.filter(({ line }) => isWithin(line, range)).length).toBeLessThan(rows.length);
        }
        expect(decision.totals.created + decision.totals.rejected + carried.length).toBe(rows.length);
        expect(carried).toEqual(expect.arrayContaining(rows.filter(({ kind }) => kind === 'open')));
        expect(decision.rejects).toHaveLength(decision.totals.rejected);
      }),
    );
  });
});
