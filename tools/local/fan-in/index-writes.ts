import { isDeepStrictEqual } from 'node:util';
import { db, type Index, type Item, type Table } from './dynalite.ts';
import { writeUnits } from './item-size.ts';

/** What a write to a table does to its indexes: an entry is put when it is new or differs, and deleted when its key changes. */
export function indexWriteUnits(table: Table, before: Item | undefined, after: Item | undefined): number {
  const indexes: readonly Index[] = [
    ...(table.GlobalSecondaryIndexes ?? []),
    ...(table.LocalSecondaryIndexes ?? []),
  ];
  if (indexes.length === 0) return 0;
  const { puts, deletes } = db.getIndexActions(indexes, before, after, table);
  const previous = before ? db.getIndexActions(indexes, undefined, before, table).puts : [];
  const entryBefore = (index: string, key: string) =>
    previous.find((entry) => entry.index === index && entry.key === key)?.item;

  let units = 0;
  for (const { index, key, item } of puts) {
    const old = entryBefore(index, key);
    if (!isDeepStrictEqual({ ...old }, { ...item })) units += writeUnits(old, item);
  }
  for (const { index, key } of deletes) units += writeUnits(entryBefore(index, key), undefined);
  return units;
}
