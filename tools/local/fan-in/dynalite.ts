import { createRequire } from 'node:module';
import type { JsonObject } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';

/** A DynamoDB item, or an attribute's typed value, as on the wire. */
export type AttributeValue = { readonly [type: string]: unknown };
export type Item = { readonly [attribute: string]: AttributeValue };

export interface Table {
  readonly TableName: string;
  readonly TableArn: string;
  readonly TableStatus: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: string;
  }[];
  readonly GlobalSecondaryIndexes?: readonly Index[];
  readonly LocalSecondaryIndexes?: readonly Index[];
}

export interface Index {
  readonly IndexName: string;
}

type Callback<T> = (error: unknown, value?: T) => void;

interface ItemDb {
  get(key: string, callback: Callback<Item>): void;
  put(key: string, item: Item, callback: Callback<void>): void;
  del(key: string, callback: Callback<void>): void;
  readonly lock: ((key: string, run: (release: (then?: () => void) => () => void) => void) => void) & {
    isLocked(key: string): boolean;
  };
}

export interface Store {
  readonly db: {
    open(): Promise<void>;
    close(callback: (error?: Error) => void): void;
    getSync(key: string): unknown;
    batch(operations: readonly { type: 'put'; key: string; value: unknown }[]): Promise<void>;
  };
  readonly tableDb: { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): ItemDb;
}

type Action = (store: Store, input: JsonObject, callback: Callback<JsonObject>) => void;

interface Validation {
  readonly types: JsonObject;
  readonly custom?: unknown;
}

interface Db {
  create(options: JsonObject): Store;
  createKey(item: Item, table: Table): string;
  validateItem(item: Item, table: Table): Error | null | undefined;
  getIndexActions(
    indexes: readonly Index[],
    existing: Item | undefined,
    item: Item | undefined,
    table: Table,
  ): {
    puts: { index: string; key: string; item: Item }[];
    deletes: { index: string; key: string }[];
  };
}

interface Validations {
  checkTypes(input: JsonObject, types: JsonObject): JsonObject;
  checkValidations(input: JsonObject, types: JsonObject, custom: unknown, store: Store): void;
  toLowerFirst(text: string): string;
  validateAttributeValue(value: AttributeValue): string | undefined;
}

// dynalite's server is one HTTP hop that the engine does not need: its store and actions are called in process.
const require = createRequire(import.meta.url);
export const db: Db = require('dynalite/db');
export const validations: Validations = require('dynalite/validations');

/** Runs one of dynalite's operations on a store, with its checks. Rejects with `AwsError` where DynamoDB would refuse. */
export async function runAction(
  store: Store,
  operation: DynaliteOperation,
  input: JsonObject,
): Promise<JsonObject> {
  const { action, validation } = loaded(operation);
  try {
    const checked = validations.checkTypes(input, validation.types);
    validations.checkValidations(checked, validation.types, validation.custom, store);
    return await new Promise((resolve, reject) => {
      action(store, checked, (error, output) => (error ? reject(error) : resolve(output ?? {})));
    });
  } catch (error) {
    throw toAwsError(error);
  }
}

/** An error of dynalite's that stands for an answer of DynamoDB's; any other is given back as it is. */
export function toAwsError(error: unknown): unknown {
  const body = (error as { body?: { __type?: string; message?: string; Message?: string } }).body;
  if (!body?.__type) return error;
  const code = body.__type.split('#').at(-1) ?? body.__type;
  return new AwsError(code, body.message ?? body.Message ?? '', { cause: error });
}

const actions = new Map<DynaliteOperation, { action: Action; validation: Validation }>();

function loaded(operation: DynaliteOperation): { action: Action; validation: Validation } {
  const present = actions.get(operation);
  if (present) return present;
  const file = validations.toLowerFirst(operation);
  const pair = {
    action: require(`dynalite/actions/${file}`),
    validation: require(`dynalite/validations/${file}`),
  };
  actions.set(operation, pair);
  return pair;
}

export type DynaliteOperation = (typeof DYNALITE_OPERATIONS)[number];

/** What dynalite answers itself. */
export const DYNALITE_OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'CreateTable',
  'DeleteItem',
  'DeleteTable',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'ListTagsOfResource',
  'PutItem',
  'Query',
  'Scan',
  'TagResource',
  'UntagResource',
  'UpdateItem',
  'UpdateTable',
] as const;
