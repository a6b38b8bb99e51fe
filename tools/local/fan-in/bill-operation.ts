import type { JsonObject } from '../local-service.ts';
import type { DynaliteOperation, Item, Table } from './dynalite.ts';
import { indexWriteUnits } from './index-writes.ts';
import { readUnits, writeUnits } from './item-size.ts';
import type { Touch } from './watch-store.ts';

/** Units of one operation on one table. */
export interface Bill {
  readonly table: string;
  writeUnits: number;
  readUnits: number;
}

/**
 * What DynamoDB bills for an operation on items, also for one whose condition failed; nothing for the others.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function billOperation(options: {
  readonly operation: DynaliteOperation;
  readonly input: JsonObject;
  /** Absent when the operation failed. */
  readonly output?: JsonObject;
  readonly touches: readonly Touch[];
  readonly tableOf: (name: string) => Table | undefined;
}): readonly Bill[] {
  const { operation, input, output, touches, tableOf } = options;
  const bills = new Map<string, Bill>();
  const billOf = (table: string): Bill => {
    const present = bills.get(table) ?? { table, writeUnits: 0, readUnits: 0 };
    bills.set(table, present);
    return present;
  };
  switch (operation) {
    case 'GetItem':
    case 'BatchGetItem':
      for (const { table, before } of touches) {
        billOf(table).readUnits += readUnits(before, isConsistentRead(input, table));
      }
      break;
    case 'Query':
    case 'Scan': {
      // dynalite adds up the items that it looked at; nothing found bills the least there is.
      const consumed = output?.ConsumedCapacity as { CapacityUnits: number } | undefined;
      if (consumed)
        billOf(String(input.TableName)).readUnits +=
          consumed.CapacityUnits || readUnits(undefined, isConsistentRead(input, ''));
      break;
    }
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
    case 'BatchWriteItem':
      for (const { table, before, after, isWritten } of touches) {
        const attempted = after ?? (isWritten ? undefined : (input.Item as Item | undefined));
        const bill = billOf(table);
        bill.writeUnits += writeUnits(before, attempted);
        const declared = tableOf(table);
        if (isWritten && declared) bill.writeUnits += indexWriteUnits(declared, before, after);
      }
  }
  return [...bills.values()];
}

function isConsistentRead(input: JsonObject, table: string): boolean {
  const requests = input.RequestItems as Record<string, JsonObject> | undefined;
  return (requests?.[table] ?? input).ConsistentRead === true;
}
