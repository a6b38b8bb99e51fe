import type { Branch, Pattern } from './compile-pattern.ts';
import type { EventFields } from './event-fields.ts';
import { matchesPattern } from './match-pattern.ts';

/** Finds the patterns that an event matches without trying every one. */
export interface RuleIndex<Key> {
  add(key: Key, pattern: Pattern): void;
  remove(key: Key): void;
  /** The keys whose pattern this event matches, in the order they were added. */
  match(event: IndexedEvent): Key[];
}

export interface IndexedEvent {
  readonly source: string;
  readonly detailType: string;
  readonly fields: EventFields;
}

/** An index on the exact values of `source` and `detail-type`; patterns that leave one open are tried for every value of it. */
export function createRuleIndex<Key>(): RuleIndex<Key> {
  const entries = new Map<Key, { pattern: Pattern; order: number; addresses: string[] }>();
  const buckets = new Map<string, Set<Key>>();
  let added = 0;

  return {
    add(key, pattern) {
      this.remove(key);
      const addresses = addressesOf(pattern);
      added += 1;
      entries.set(key, { pattern, order: added, addresses });
      for (const address of addresses) {
        const bucket = buckets.get(address) ?? new Set();
        buckets.set(address, bucket.add(key));
      }
    },
    remove(key) {
      for (const address of entries.get(key)?.addresses ?? []) {
        const bucket = buckets.get(address);
        bucket?.delete(key);
        if (bucket?.size === 0) buckets.delete(address);
      }
      entries.delete(key);
    },
    match({ source, detailType, fields }) {
      const found: { key: Key; order: number }[] = [];
      for (const address of [
        addressOf(source, detailType),
        addressOf(source, undefined),
        addressOf(undefined, detailType),
        addressOf(undefined, undefined),
      ]) {
        for (const key of buckets.get(address) ?? []) {
          const entry = entries.get(key);
          if (entry && matchesPattern(entry.pattern, fields)) found.push({ key, order: entry.order });
        }
      }
      return found.sort((a, b) => a.order - b.order).map(({ key }) => key);
    },
  };
}

/** A pattern stands once at every address it can match, so an event meets it at one of its four addresses only. */
function addressesOf({ branches }: Pattern): string[] {
  const sources = onlyValues(branches, 'source');
  const detailTypes = onlyValues(branches, 'detail-type');
  return sources.flatMap((source) => detailTypes.map((detailType) => addressOf(source, detailType)));
}

/** The only values that the pattern lets this field have; `[undefined]` when that is open. */
function onlyValues(branches: readonly Branch[], field: string): (string | undefined)[] {
  const values = new Set<string>();
  for (const branch of branches) {
    const condition = branch.find(({ path }) => path.text === field);
    if (condition === undefined) return [undefined];
    for (const { only } of condition.matchers) {
      if (only === undefined) return [undefined];
      values.add(only);
    }
  }
  return [...values];
}

function addressOf(source: string | undefined, detailType: string | undefined): string {
  return `${source === undefined ? '*' : JSON.stringify(source)}/${detailType === undefined ? '*' : JSON.stringify(detailType)}`;
}
