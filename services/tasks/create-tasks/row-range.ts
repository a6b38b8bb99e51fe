/** Into how many children a piece splits at most: few enough that a shard's record of them stays small. */
const MAX_CHILDREN = 16;

/** Lines `first` to `last` of a piece, both included. */
export interface RowRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The fewest and smallest ranges, but at most 16, that hold these lines, given in order. Several lines never make one
 * range, so a piece that splits again and again ends in single rows: `[3, 4, 9] -> [3–3, 4–4, 9–9]`
 */
export function splitLines(lines: readonly number[]): RowRange[] {
  const size = Math.ceil(lines.length / MAX_CHILDREN);
  const ranges: RowRange[] = [];
  for (let i = 0; i < lines.length; i += size) {
    const first = lines[i] ?? 0;
    ranges.push({ first, last: lines[Math.min(i + size, lines.length) - 1] ?? first });
  }
  return ranges;
}

/** The id of the piece that holds a range of another's rows: `12` and 101–160 -> `12.101-160`; 101 alone -> `12.101` */
export function childId(parent: string, { first, last }: RowRange): string {
  return first === last ? `${parent}.${first}` : `${parent}.${first}-${last}`;
}

/** `12.101-160` -> 101–160 */
export function rangeOf(child: string): RowRange {
  const [first, last] = child
    .slice(child.lastIndexOf('.') + 1)
    .split('-')
    .map(Number);
  if (first === undefined || Number.isNaN(first))
    throw new Error(`"${child}" names no rows: it must end like .101 or .101-160`);
  return { first, last: last ?? first };
}

export function isWithin(line: number, { first, last }: RowRange): boolean {
  return first <= line && line <= last;
}
