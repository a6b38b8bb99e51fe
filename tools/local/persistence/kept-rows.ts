import type { DatabaseSync } from 'node:sqlite';

/** The rows of one name as they are on disk. */
export interface KeptRows<T> {
  /** In the order in which their keys were first put. */
  all(): readonly (readonly [string, T])[];
  /** `text` is JSON. */
  put(key: string, text: string): void;
  delete(key: string): void;
  clear(): void;
}

export function keptRows<T>(database: DatabaseSync, name: string): KeptRows<T> {
  const insert = database.prepare(
    'INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );
  const remove = database.prepare('DELETE FROM kept WHERE collection = ? AND key = ?');
  const removeAll = database.prepare('DELETE FROM kept WHERE collection = ?');
  const select = database.prepare('SELECT key, value FROM kept WHERE collection = ? ORDER BY rowid');
  return {
    all: () => select.all(name).map(({ key, value }) => [String(key), JSON.parse(String(value)) as T]),
    put(key, text) {
      insert.run(name, key, text);
    },
    delete(key) {
      remove.run(name, key);
    },
    clear() {
      removeAll.run(name);
    },
  };
}
