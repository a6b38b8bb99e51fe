import { join } from 'node:path';
import type { Engine, LocalService } from '../local-service.ts';
import { tableAccesses } from './access.ts';
import type { Bill } from './bill-operation.ts';
import { db, type Table } from './dynalite.ts';
import { createItemOperations } from './item-operations.ts';
import { createStatementOperations } from './statement-operations.ts';
import { createTableResources } from './table-resources.ts';
import { createTimeToLiveOperations } from './time-to-live.ts';

/** DynamoDB as the rest of the engine sees it. */
export interface Tables extends LocalService {
  /** Resolves when the tables of the data folder can be read. */
  open(): Promise<void>;
}

/** DynamoDB in memory or in the data folder: dynalite in process, completed by PartiQL INSERT, time to live and a bill of units. */
export function createTables(engine: Engine): Tables {
  const { persistence } = engine;
  const path = persistence && join(persistence.folder, 'tables');
  const store = db.create({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  store.tableDb.awsAccountId = engine.accountId;
  store.tableDb.awsRegion = engine.region;

  const tableOf = (name: string) => store.db.getSync(`table~${name}`) as Table | undefined;
  const report = (operation: string, bills: readonly Bill[], caller: string) => {
    for (const { table, writeUnits, readUnits } of bills) {
      engine.observations.report({
        kind: 'billed',
        service: 'dynamodb',
        operation,
        table,
        writeUnits,
        readUnits,
        caller,
      });
    }
  };
  const parts = { engine, store, tableOf, report };
  const operations = {
    ...createItemOperations(parts),
    ...createStatementOperations(parts),
    ...createTimeToLiveOperations(tableOf, persistence?.collection('time to live')),
  };
  return {
    name: 'dynamodb',
    protocol: {
      kind: 'json',
      targetPrefix: 'DynamoDB_20120810',
      version: '1.0',
      operations,
      accessesOf: tableAccesses(engine),
    },
    resources: createTableResources({ region: engine.region, operations, tableOf }),
    open: () => store.db.open(),
    close: () =>
      new Promise((resolve, reject) => store.db.close((error) => (error ? reject(error) : resolve()))),
  };
}
