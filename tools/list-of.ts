/**
 * Every value of an option that may be given several times, or with several words or commas: `--on A --on B`, `--on A B`, `--on A,B`.
 * citty keeps the last alone.
 */
export function listOf(words: readonly string[], option: string): readonly string[] {
  const flag = `--${option}`;
  const values: string[] = [];
  let isOurs = false;
  for (const word of words) {
    if (word.startsWith('-')) {
      isOurs = word === flag;
      if (word.startsWith(`${flag}=`)) values.push(word.slice(flag.length + 1));
    } else if (isOurs) {
      values.push(word);
    }
  }
  return values.flatMap((value) => value.split(',')).filter((value) => value !== '');
}

/** The words with each further value of such an option under an option of its own, as parsers expect it. */
export function repeatOptions(words: readonly string[], options: ReadonlySet<string>): readonly string[] {
  let current: string | undefined;
  let hasValue = false;
  return words.flatMap((word) => {
    if (word.startsWith('-')) {
      current = options.has(word.slice(2)) ? word : undefined;
      hasValue = false;
      return [word];
    }
    if (current === undefined) return [word];
    if (hasValue) return [current, word];
    hasValue = true;
    return [word];
  });
}
