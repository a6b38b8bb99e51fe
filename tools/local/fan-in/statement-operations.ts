import type { Engine, JsonObject, JsonOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { insertAccess } from './access.ts';
import type { Bill } from './bill-operation.ts';
import type { Store, Table } from './dynalite.ts';
import { type Inserted, insertItem } from './insert-item.ts';
import { type InsertStatement, parseInsertStatement } from './insert-statement.ts';
import { THROTTLED, throttled } from './throttle.ts';
import { writeTogether } from './write-together.ts';

/** ExecuteStatement and BatchExecuteStatement, for INSERT. */
export function createStatementOperations(options: {
  readonly engine: Engine;
  readonly store: Store;
  readonly tableOf: (name: string) => Table | undefined;
  readonly report: (operation: string, bills: readonly Bill[], caller: string) => void;
}): Record<string, JsonOperation> {
  const { engine, store, tableOf, report } = options;
  const write = engine.persistence && writeTogether(store);

  return {
    async ExecuteStatement(input, caller) {
      const statement = parseInsertStatement(input.Statement);
      if (engine.faults.isArmed('fan-in') && throttled(engine, input)) {
        throw new AwsError('ThrottlingException', THROTTLED);
      }
      const { units, error } = await insert(statement, input.Parameters, new Map());
      report('ExecuteStatement', [{ table: statement.table, writeUnits: units, readUnits: 0 }], caller.name);
      if (error) throw error;
      return { Items: [], ConsumedCapacity: consumed(input, statement.table, units) };
    },

    async BatchExecuteStatement(input, caller) {
      const statements = Array.isArray(input.Statements) ? (input.Statements as JsonObject[]) : [];
      if (statements.length < 1 || statements.length > 25) {
        throw new AwsError(
          'ValidationException',
          `1 validation error detected: Value at 'statements' failed to satisfy constraint: Member must have length between 1 and 25, not ${statements.length}`,
        );
      }
      const parsed = statements.map(({ Statement }) => parseInsertStatement(Statement));
      const tables = new Map<string, Table>();
      const isFaulty = engine.faults.isArmed('fan-in');
      const bills = new Map<string, Bill>();
      const ended = await Promise.all(
        parsed.map(async (statement, position) => {
          const request = statements[position];
          try {
            if (caller.kind === 'function') {
              engine.authority?.authorize(caller, insertAccess(engine, statement.table));
            }
            if (isFaulty && throttled(engine, request)) {
              throw new AwsError('ThrottlingError', THROTTLED);
            }
            return await insert(statement, request?.Parameters, tables);
          } catch (error) {
            if (error instanceof AwsError) return { units: 0, error };
            throw error;
          }
        }),
      );
      const Responses = ended.map(({ units, error }, position) => {
        const table = parsed[position]?.table ?? '';
        const bill = bills.get(table) ?? { table, writeUnits: 0, readUnits: 0 };
        bill.writeUnits += units;
        bills.set(table, bill);
        return error
          ? { TableName: table, Error: { Code: statementCode(error), Message: error.message } }
          : { TableName: table };
      });
      report('BatchExecuteStatement', [...bills.values()], caller.name);
      const capacities = ended.map(({ units }, position) =>
        consumed(input, parsed[position]?.table ?? '', units),
      );
      return { Responses, ConsumedCapacity: isConsumedWanted(input) ? capacities : undefined };
    },
  };

  function insert(
    statement: InsertStatement,
    parameters: unknown,
    tables: Map<string, Table>,
  ): Promise<Inserted> {
    const table = tables.get(statement.table) ?? tableOf(statement.table);
    if (table?.TableStatus !== 'ACTIVE') {
      throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    }
    tables.set(statement.table, table);
    return insertItem({ store, table, statement, parameters, write });
  }
}

/** A batch names the errors of its statements without `Exception`. */
function statementCode({ code }: AwsError): string {
  return STATEMENT_CODES[code] ?? code;
}

const STATEMENT_CODES: Readonly<Record<string, string>> = {
  AccessDeniedException: 'AccessDenied',
  DuplicateItemException: 'DuplicateItem',
  ResourceNotFoundException: 'ResourceNotFound',
  ValidationException: 'ValidationError',
};

function consumed(input: JsonObject, TableName: string, CapacityUnits: number): JsonObject | undefined {
  return isConsumedWanted(input) ? { TableName, CapacityUnits } : undefined;
}

function isConsumedWanted({ ReturnConsumedCapacity }: JsonObject): boolean {
  return ReturnConsumedCapacity === 'TOTAL' || ReturnConsumedCapacity === 'INDEXES';
}
