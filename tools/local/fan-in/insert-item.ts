import { AwsError } from '../wire/aws-error.ts';
import { checkAttributeValue } from './check-attribute-value.ts';
import { type AttributeValue, db, type Item, type Store, type Table, toAwsError } from './dynalite.ts';
import { indexWriteUnits } from './index-writes.ts';
import type { InsertStatement } from './insert-statement.ts';
import { itemSize } from './item-size.ts';
import type { Put } from './write-together.ts';

/** How one INSERT ended. `units` is billed either way. */
export interface Inserted {
  readonly units: number;
  readonly error?: AwsError;
}

/**
 * Writes an item unless its key is taken (DuplicateItemException). In memory the check and the write are one synchronous step:
 * nothing comes between, and twenty-five of them cost no turn of the event loop. On disk the key is locked.
 * Throws `AwsError` when the item cannot be one of the table's.
 */
export async function insertItem(options: {
  readonly store: Store;
  readonly table: Table;
  readonly statement: InsertStatement;
  readonly parameters: unknown;
  /** For a store on disk, see `writeTogether`. @default at once, to a store in memory */
  readonly write?: (puts: readonly Put[]) => Promise<void>;
}): Promise<Inserted> {
  const { store, table, statement, parameters, write } = options;
  const item = bindParameters(statement, parameters);
  const invalid = db.validateItem(item, table);
  if (invalid) throw toAwsError(invalid);
  const bytes = itemSize(item);
  if (bytes > MAX_ITEM_BYTES) {
    throw new AwsError('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
  const key = db.createKey(item, table);
  const { lock } = store.getItemDb(table.TableName);
  const insert = () => insertNow(store, table, { key, item, bytes, write });
  // On disk others come between the check and the write, and in memory another operation may be between its own.
  if (!write && !lock.isLocked(key)) return insert();
  return new Promise((resolve) => {
    lock(key, (release) => {
      const inserted = insert();
      const end = release(() => resolve(inserted));
      inserted.then(end, end);
    });
  });
}

interface Insertion {
  readonly key: string;
  readonly item: Item;
  readonly bytes: number;
  readonly write: ((puts: readonly Put[]) => Promise<void>) | undefined;
}

/** To a store in memory it has written by the time it returns its promise. */
async function insertNow(
  store: Store,
  table: Table,
  { key, item, bytes, write = (puts) => store.db.batch(puts) }: Insertion,
): Promise<Inserted> {
  const itemKey = `item-${table.TableName}~${key}`;
  const existing = store.db.getSync(itemKey) as Item | undefined;
  if (existing) {
    return {
      units: Math.ceil(Math.max(bytes, itemSize(existing)) / 1_024),
      error: new AwsError('DuplicateItemException', 'Duplicate primary key exists in table'),
    };
  }
  await write([{ type: 'put', key: itemKey, value: item }, ...indexPuts(table, item)]);
  return { units: Math.ceil(bytes / 1_024) + indexWriteUnits(table, undefined, item) };
}

function bindParameters({ attributes }: InsertStatement, parameters: unknown): Item {
  if (!Array.isArray(parameters) || parameters.length !== attributes.length) {
    throw new AwsError('ValidationException', "Number of parameters in request and statement don't match.");
  }
  const item: Record<string, AttributeValue> = {};
  for (const [position, name] of attributes.entries()) item[name] = checkAttributeValue(parameters[position]);
  return item;
}

function indexPuts(table: Table, item: Item): Put[] {
  return (['Global', 'Local'] as const).flatMap((kind) => {
    const indexes = table[`${kind}SecondaryIndexes`];
    if (!indexes) return [];
    return db.getIndexActions(indexes, undefined, item, table).puts.map((entry) => ({
      type: 'put' as const,
      key: `index-${kind.toLowerCase()}~${table.TableName}~${entry.index}~${entry.key}`,
      value: entry.item,
    }));
  });
}

const MAX_ITEM_BYTES = 400 * 1_024;
