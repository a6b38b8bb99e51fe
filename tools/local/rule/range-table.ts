import type { NumberRange } from './matcher.ts';

/** Finds the ranges that a number lies in without trying each. */
export class RangeTable<Value> {
  private readonly ranges = new Map<string, Entry<Value>>();
  /** Ranges that are open at the top by their lower bound, those that are open at the bottom by their upper one. */
  private readonly above: Entry<Value>[] = [];
  private readonly below: Entry<Value>[] = [];
  /** By width, and there by cells at least as wide as the range: a range lies in one cell or in two. */
  private readonly grids: Grid<Value>[] = [];

  get(range: NumberRange): Value | undefined {
    return this.ranges.get(nameOf(range))?.value;
  }

  set(range: NumberRange, value: Value): void {
    this.delete(range);
    const entry = { ...range, value };
    this.ranges.set(nameOf(range), entry);
    if (range.high === Infinity) insert(this.above, entry, ({ low }) => low);
    else if (range.low === -Infinity) insert(this.below, entry, ({ high }) => -high);
    else {
      const { width, cells } = cellsOf(range);
      let grid = this.grids.find((one) => one.width === width);
      if (grid === undefined) {
        grid = { width, cells: new Map() };
        this.grids.push(grid);
      }
      for (const cell of cells) {
        const entries = grid.cells.get(cell);
        if (entries === undefined) grid.cells.set(cell, [entry]);
        else entries.push(entry);
      }
    }
  }

  delete(range: NumberRange): void {
    const entry = this.ranges.get(nameOf(range));
    if (entry === undefined) return;
    this.ranges.delete(nameOf(range));
    if (range.high === Infinity) remove(this.above, entry);
    else if (range.low === -Infinity) remove(this.below, entry);
    else {
      const { width, cells } = cellsOf(range);
      const index = this.grids.findIndex((one) => one.width === width);
      const grid = this.grids[index];
      if (grid === undefined) return;
      for (const cell of cells) {
        const entries = grid.cells.get(cell) ?? [];
        remove(entries, entry);
        if (entries.length === 0) grid.cells.delete(cell);
      }
      if (grid.cells.size === 0) this.grids.splice(index, 1);
    }
  }

  get isEmpty(): boolean {
    return this.ranges.size === 0;
  }

  /** About how many of the ranges a number also lies in that lies in this one. */
  crowd({ low, high }: NumberRange): number {
    if (high === Infinity) return this.above.length / 2;
    if (low === -Infinity) return this.below.length / 2;
    let crowd = 0;
    this.visit(low + (high - low) / 2, () => {
      crowd += 1;
    });
    return crowd;
  }

  /** Visits the value of every range that the number lies in. */
  visit(number: number, visit: (value: Value) => void): void {
    for (const entry of this.above) {
      if (entry.low > number) break;
      if (isIn(entry, number)) visit(entry.value);
    }
    for (const entry of this.below) {
      if (entry.high < number) break;
      if (isIn(entry, number)) visit(entry.value);
    }
    for (const { width, cells } of this.grids) {
      const entries = cells.get(Math.floor(number / width));
      if (entries === undefined) continue;
      for (const entry of entries) if (isIn(entry, number)) visit(entry.value);
    }
  }
}

interface Grid<Value> {
  readonly width: number;
  readonly cells: Map<number, Entry<Value>[]>;
}

interface Entry<Value> extends NumberRange {
  readonly value: Value;
}

function isIn({ low, includesLow, high, includesHigh }: NumberRange, number: number): boolean {
  return (
    (number > low || (includesLow && number === low)) && (number < high || (includesHigh && number === high))
  );
}

function nameOf({ low, includesLow, high, includesHigh }: NumberRange): string {
  return `${includesLow ? '[' : '('}${low},${high}${includesHigh ? ']' : ')'}`;
}

function cellsOf({ low, high }: NumberRange): { width: number; cells: Set<number> } {
  // Halves, because the difference of two large numbers overflows; a power of two divides without rounding.
  const width = 2 ** Math.max(Math.ceil(Math.log2(high / 2 - low / 2)) + 2, -1000);
  return { width, cells: new Set([Math.floor(low / width), Math.floor(high / width)]) };
}

function insert<Value>(
  entries: Entry<Value>[],
  entry: Entry<Value>,
  keyOf: (range: NumberRange) => number,
): void {
  let start = 0;
  let end = entries.length;
  while (start < end) {
    const middle = (start + end) >> 1;
    const other = entries[middle];
    if (other !== undefined && keyOf(other) < keyOf(entry)) start = middle + 1;
    else end = middle;
  }
  entries.splice(start, 0, entry);
}

function remove<Value>(entries: Entry<Value>[], entry: Entry<Value>): void {
  const index = entries.indexOf(entry);
  if (index >= 0) entries.splice(index, 1);
}
