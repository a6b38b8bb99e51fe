import type { Consumer } from '../target/read-consumers.ts';

/**
 * A pattern (JSON text) that lets in all that these consumers hear and, of the rest, what their sources and types cannot tell apart:
 * what nobody wants costs money all the same. Names no member that the others name; undefined when it would be empty.
 */
export function narrowTo(consumers: readonly Consumer[], others: readonly string[]): string | undefined {
  const taken = new Set(others.flatMap((text) => Object.keys(JSON.parse(text))));
  const patterns: readonly Readonly<Record<string, unknown>>[] = consumers
    .flatMap(({ rules }) => rules)
    .filter(({ isEnabled }) => isEnabled)
    .map(({ pattern }) => JSON.parse(pattern));
  const members = ['source', 'detail-type'].flatMap((member) => {
    const lists = patterns.map((pattern) => pattern[member]);
    if (taken.has(member) || lists.length === 0 || !lists.every(Array.isArray)) return [];
    const texts = new Set(lists.flat().map((matcher) => JSON.stringify(matcher)));
    return [`${JSON.stringify(member)}:[${[...texts].join(',')}]`];
  });
  return members.length === 0 ? undefined : `{${members.join(',')}}`;
}
