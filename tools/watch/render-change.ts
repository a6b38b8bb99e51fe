/** A line about a change, with the time of day, and what explains it below. Ends with a line break. */
export function renderChange(line: string, below: readonly string[] = []): string {
  const time = new Date().toTimeString().slice(0, 8);
  const indented = below.flatMap((text) => text.trimEnd().split('\n')).map((text) => `      ${text}\n`);
  return [`  ${time}  ${line}\n`, ...indented].join('');
}

/** `[a, b, c, d] -> a, b and 2 more`. */
export function listPaths(paths: readonly string[]): string {
  const [shown, more] = [paths.slice(0, 2).join(', '), paths.length - 2];
  return more > 0 ? `${shown} and ${more} more` : shown;
}
