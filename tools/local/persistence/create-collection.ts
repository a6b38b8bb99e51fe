import { keptRows } from './kept-rows.ts';
import type { Collection, Persistence } from './persistence.ts';

/** Rows of one name, written with the next commit. */
export function createCollection<T>(
  persistence: Pick<Persistence, 'beforeCommit' | 'changed' | 'database'>,
  name: string,
): Collection<T> {
  const rows = keptRows<T>(persistence.database, name);
  const changes = new Map<string, (() => T) | undefined>();
  let isCleared = false;

  persistence.beforeCommit(() => {
    if (isCleared) rows.clear();
    isCleared = false;
    for (const [key, value] of changes) {
      if (value === undefined) rows.delete(key);
      else rows.put(key, JSON.stringify(value()));
    }
    changes.clear();
  });

  return {
    entries: rows.all,
    put(key, value) {
      changes.set(key, value);
      persistence.changed();
    },
    delete(key) {
      changes.set(key, undefined);
      persistence.changed();
    },
    clear() {
      isCleared = true;
      changes.clear();
      persistence.changed();
    },
  };
}
