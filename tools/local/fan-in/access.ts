import type { AccessesOf, Engine } from '../local-service.ts';
import type { Access } from '../wire/evaluate-policies.ts';
import { parseInsertStatement } from './insert-statement.ts';

/**
 * What DynamoDB's operations ask for: each table of a batch, the index of a query. A batch of statements asks for
 * nothing as a whole: each statement is answered on its own.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 */
export function tableAccesses(engine: Pick<Engine, 'region' | 'accountId'>): AccessesOf {
  return (operation, { IndexName, RequestItems, ResourceArn, Statement, TableName }) => {
    if (operation === 'BatchExecuteStatement') return [];
    if (operation === 'ExecuteStatement')
      return [insertAccess(engine, parseInsertStatement(Statement).table)];
    const action = `dynamodb:${operation}`;
    if (operation.startsWith('Batch')) {
      return Object.keys(RequestItems ?? {}).map((table) => ({ action, resource: tableArn(engine, table) }));
    }
    const table = TableName ?? ResourceArn;
    if (typeof table !== 'string') return undefined;
    const index = typeof IndexName === 'string' ? `/index/${IndexName}` : '';
    return [{ action, resource: `${tableArn(engine, table)}${index}` }];
  };
}

/** What an INSERT in PartiQL asks for. */
export function insertAccess(engine: Pick<Engine, 'region' | 'accountId'>, table: string): Access {
  return { action: 'dynamodb:PartiQLInsert', resource: tableArn(engine, table) };
}

function tableArn({ region, accountId }: Pick<Engine, 'region' | 'accountId'>, nameOrArn: string): string {
  return nameOrArn.startsWith('arn:')
    ? nameOrArn
    : `arn:aws:dynamodb:${region}:${accountId}:table/${nameOrArn}`;
}
