import { keptRows } from './kept-rows.ts';
import type { Mirror, Persistence } from './persistence.ts';

/** Rows of one name that are brought in line with the memory after each change. */
export function createMirror<T>(
  persistence: Pick<Persistence, 'beforeCommit' | 'changed' | 'database'>,
  name: string,
  read: () => Iterable<readonly [string, T]>,
): Mirror<T> {
  const rows = keptRows<T>(persistence.database, name);
  const entries = rows.all();
  const written = new Map(entries.map(([key, value]) => [key, JSON.stringify(value)]));
  let isChanged = false;

  persistence.beforeCommit(() => {
    if (!isChanged) return;
    isChanged = false;
    const gone = new Set(written.keys());
    for (const [key, value] of read()) {
      const text = JSON.stringify(value);
      gone.delete(key);
      if (written.get(key) === text) continue;
      written.set(key, text);
      rows.put(key, text);
    }
    for (const key of gone) {
      written.delete(key);
      rows.delete(key);
    }
  });

  return {
    entries: () => entries,
    changed() {
      isChanged = true;
      persistence.changed();
    },
  };
}
