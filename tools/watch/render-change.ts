/** A line about a change, with the time of day, and what explains it below. Ends with a line break. */
export function renderChange(line: string, below: readonly string[] = []): string {
  const time = new Date().toTimeString().slice(0, 8);
  const indented = below.flatMap((text) => text.trimEnd().split('\n')).map((text) => `      ${text}\n`);
  return [`  ${time}  ${line}\n`, ...indented].join('');
}

/** `[a, b, c, d, e] -> a, b, c and 2 more`. */
export function listNames(names: readonly string[]): string {
  const more = names.length - SHOWN;
  return `${names.slice(0, SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

const SHOWN = 3;
