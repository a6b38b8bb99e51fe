/** The candidate that a word was probably meant to be: the one the fewest slips away, if those are few. */
export function nearest(
  word: string,
  candidates: Iterable<string>,
  /** Slips. @default one for each three letters, two at least */
  most = Math.max(2, Math.floor(word.length / 3)),
): string | undefined {
  let best: string | undefined;
  let least = most + 1;
  for (const candidate of candidates) {
    const slips = slipsBetween(word.toLowerCase(), candidate.toLowerCase());
    if (slips >= least) continue;
    best = candidate;
    least = slips;
  }
  return best;
}

/** ` Did you mean "…"?`, or nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const found = nearest(word, candidates) ?? theOnlyOneLike(word, candidates);
  return found === undefined ? '' : ` Did you mean "${found}"?`;
}

/** The same, or all there are when none is like it: ` There are bus, make-thumbnails.` */
export function didYouMeanOrAll(word: string, candidates: readonly string[]): string {
  return didYouMean(word, candidates) || ` There are ${candidates.toSorted().join(', ') || 'none'}.`;
}

/** The candidate of which a word is a part, if there are not several. */
function theOnlyOneLike(word: string, candidates: readonly string[]): string | undefined {
  const [found, ...others] = candidates.filter((candidate) =>
    candidate.toLowerCase().includes(word.toLowerCase()),
  );
  return word === '' || others.length > 0 ? undefined : found;
}

/** How many letters to insert, remove, replace, or swap with the next. */
function slipsBetween(from: string, to: string): number {
  let last: readonly number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const replaced = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      const isSwapped = i > 0 && j > 0 && from[i] === to[j - 1] && from[i - 1] === to[j];
      const swapped = isSwapped ? (last[j - 1] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    last = row;
    row = next;
  }
  return row[to.length] ?? 0;
}
