import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Engine, JsonObject, JsonOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Bill, billOperation } from './bill-operation.ts';
import {
  DYNALITE_OPERATIONS,
  type DynaliteOperation,
  runAction,
  type Store,
  type Table,
} from './dynalite.ts';
import { THROTTLED, throttled } from './throttle.ts';
import { watchStore } from './watch-store.ts';

/** The operations that dynalite answers, each billed, and completed where it falls short of DynamoDB. */
export function createItemOperations(options: {
  readonly engine: Engine;
  readonly store: Store;
  readonly tableOf: (name: string) => Table | undefined;
  readonly report: (operation: string, bills: readonly Bill[], caller: string) => void;
}): Record<string, JsonOperation> {
  const { engine, store, tableOf, report } = options;
  return Object.fromEntries(
    DYNALITE_OPERATIONS.map((operation): [string, JsonOperation] => [
      operation,
      async (input, caller) => {
        if (engine.faults.isArmed('fan-in') && throttled(engine, input)) {
          throw new AwsError('ThrottlingException', THROTTLED);
        }
        const watched = watchStore(store);
        const bill = (output?: JsonObject) => {
          const bills = billOperation({ operation, input, output, touches: watched.touches(), tableOf });
          report(operation, bills, caller.name);
          return bills;
        };
        try {
          const output = await runAction(watched.store, operation, withCapacity(operation, input));
          if (operation === 'CreateTable' || operation === 'DeleteTable') await settle(output, tableOf);
          return withOwnCapacity(input, output, bill(output));
        } catch (error) {
          if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
          bill();
          const item = watched.touches()[0]?.before;
          if (input.ReturnValuesOnConditionCheckFailure !== 'ALL_OLD' || !item) throw error;
          throw new AwsError(error.code, error.message, { details: { Item: item }, cause: error });
        }
      },
    ]),
  );
}

/** Query and Scan are billed by what dynalite counts, so it is always asked. A copy: dynalite strikes out what it does not know. */
function withCapacity(operation: DynaliteOperation, input: JsonObject): JsonObject {
  const copy = structuredClone(input);
  if (operation !== 'Query' && operation !== 'Scan') return copy;
  return {
    ...copy,
    ReturnConsumedCapacity: input.ReturnConsumedCapacity === 'INDEXES' ? 'INDEXES' : 'TOTAL',
  };
}

/** Puts the billed units into the answer, or takes the capacity out when nobody asked for it. */
function withOwnCapacity(input: JsonObject, output: JsonObject, bills: readonly Bill[]): JsonObject {
  const { ConsumedCapacity: given, ...rest } = output;
  if (input.ReturnConsumedCapacity !== 'TOTAL' && input.ReturnConsumedCapacity !== 'INDEXES') return rest;
  const capacities = bills.map(({ table, writeUnits, readUnits }) => ({
    TableName: table,
    CapacityUnits: writeUnits + readUnits,
  }));
  return { ...rest, ConsumedCapacity: Array.isArray(given) ? capacities : capacities[0] };
}

/** dynalite changes a table's state one timer later; nobody here has to poll for it. */
async function settle(output: JsonObject, tableOf: (name: string) => Table | undefined): Promise<void> {
  const { TableName = '' } = (output.TableDescription ?? {}) as { TableName?: string };
  const isPending = () => ['CREATING', 'DELETING'].includes(tableOf(TableName)?.TableStatus ?? '');
  while (isPending()) await nextTurn();
}
