import type { InsertOutcome } from '../../runtime/insert-items.ts';
import type { Reject } from '../rejects.ts';
import { childId, isWithin, splitLines } from './row-range.ts';

/** What became of one row. */
export type RowOutcome = { readonly line: number } & (
  | { readonly kind: 'created' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'open'; readonly reason: string }
);

/** What to do about a piece. `record`: with its numbers and the children that carry on what is open. */
export type Decision =
  | {
      readonly kind: 'record';
      readonly totals: { readonly created: number; readonly rejected: number };
      readonly rejects: readonly Reject[];
      readonly children: readonly string[];
    }
  | { readonly kind: 'retry'; readonly reason: string }
  | { readonly kind: 'give-up'; readonly reason: string };

/**
 * Decides by what became of a piece's rows. Rows that are open go on as children; when nothing got through, the whole
 * piece comes back instead. A single row comes back until its last receive, and is given up then.
 */
export function decidePiece(
  id: string,
  { rows, isLastReceive }: { readonly rows: readonly RowOutcome[]; readonly isLastReceive: boolean },
): Decision {
  const open = rows.filter((row) => row.kind === 'open');
  const reason = open[0]?.reason ?? '';
  if (open.length > 0 && rows.length === 1) return { kind: isLastReceive ? 'give-up' : 'retry', reason };
  if (open.length > 0 && !rows.some((row) => row.kind === 'created')) return { kind: 'retry', reason };
  const ranges = splitLines(open.map(({ line }) => line));
  // A range may hold rows that did get through: they belong to the child, which finds them there.
  const own = rows.filter(({ line }) => !ranges.some((range) => isWithin(line, range)));
  const rejects = own.flatMap((row) =>
    row.kind === 'rejected' ? [{ line: row.line, reason: row.reason }] : [],
  );
  return {
    kind: 'record',
    totals: { created: own.length - rejects.length, rejected: rejects.length },
    rejects,
    children: ranges.map((range) => childId(id, range)),
  };
}

/** Splits a piece without trying it: the way on when it failed so often that it may be what kills the worker. */
export function splitUntried(id: string, lines: readonly number[]): Decision {
  return {
    kind: 'record',
    totals: { created: 0, rejected: 0 },
    rejects: [],
    children: splitLines(lines).map((range) => childId(id, range)),
  };
}

export function toRowOutcome(line: number, outcome: InsertOutcome): RowOutcome {
  if (!('reason' in outcome)) return { line, kind: 'created' };
  return { line, kind: outcome.kind === 'refused' ? 'rejected' : 'open', reason: outcome.reason };
}
