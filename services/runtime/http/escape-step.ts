/** The name of a field, or the place in a list, as a step of a JSON pointer: `a/b` is `a~1b`. */
export function escapeStep(name: unknown): string {
  return String(name).replaceAll('~', '~0').replaceAll('/', '~1');
}
