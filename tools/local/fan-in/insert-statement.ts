import { AwsError } from '../wire/aws-error.ts';

/** A parsed `INSERT INTO "table" VALUE {'a': ?, 'b': ?}`: attribute n takes parameter n. */
export interface InsertStatement {
  readonly table: string;
  readonly attributes: readonly string[];
}

/** Parses that one form of PartiQL; every other statement is refused by name with ValidationException. Parsed texts are kept. */
export function parseInsertStatement(text: unknown): InsertStatement {
  if (typeof text !== 'string' || text === '') {
    throw new AwsError('ValidationException', 'Statement must be a text of at least one character');
  }
  const known = parsed.get(text);
  if (known) return known;
  const statement = parse(text);
  if (parsed.size >= 1_000) parsed.clear();
  parsed.set(text, statement);
  return statement;
}

const parsed = new Map<string, InsertStatement>();

function parse(text: string): InsertStatement {
  const [, quoted, plain, fields] = INSERT.exec(text) ?? [];
  const table = quoted ?? plain;
  if (table === undefined || fields === undefined) throw refusal(text);
  const attributes: string[] = [];
  let rest = fields.trim();
  while (rest !== '') {
    const field = FIELD.exec(rest);
    if (!field?.[1]) throw refusal(text);
    attributes.push(field[1].replaceAll("''", "'"));
    rest = rest.slice(field[0].length);
    if (rest !== '' && !field[0].trimEnd().endsWith(',')) throw refusal(text);
    if (rest === '' && field[0].trimEnd().endsWith(',')) throw refusal(text);
  }
  if (attributes.length === 0 || new Set(attributes).size < attributes.length) throw refusal(text);
  return { table, attributes };
}

const INSERT = /^\s*INSERT\s+INTO\s+(?:"([\w.-]+)"|(\w+))\s+VALUE\s*\{([\s\S]*)\}\s*;?\s*$/i;
const FIELD = /^'((?:[^']|'')+)'\s*:\s*\?\s*,?\s*/;

function refusal(text: string): AwsError {
  return new AwsError(
    'ValidationException',
    `the local DynamoDB runs one form of PartiQL, INSERT INTO "table" VALUE {'attribute': ?, …} with a parameter for each attribute, not: ${text.slice(0, 200)}`,
  );
}
