import type { Item, Store } from './dynalite.ts';

/** What one operation did to one item. */
export interface Touch {
  readonly table: string;
  before?: Item;
  after?: Item;
  isWritten: boolean;
}

/** A view of a store for one operation that remembers which items it read and wrote: the bill is made of them. */
export function watchStore(store: Store): {
  readonly store: Store;
  readonly touches: () => readonly Touch[];
} {
  const touches = new Map<string, Touch>();
  const touch = (table: string, key: string): Touch => {
    const id = `${table}/${key}`;
    const present = touches.get(id) ?? { table, isWritten: false };
    touches.set(id, present);
    return present;
  };
  return {
    touches: () => [...touches.values()],
    store: {
      ...store,
      getItemDb(table) {
        const real = store.getItemDb(table);
        return {
          ...real,
          get: (key, callback) =>
            real.get(key, (error, item) => {
              touch(table, key).before = item;
              callback(error, item);
            }),
          put(key, item, callback) {
            Object.assign(touch(table, key), { after: item, isWritten: true });
            real.put(key, item, callback);
          },
          del(key, callback) {
            Object.assign(touch(table, key), { isWritten: true });
            real.del(key, callback);
          },
        };
      },
    },
  };
}
