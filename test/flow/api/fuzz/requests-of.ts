import fc from 'fast-check';
import { type Operation, type Parameter, resolve, validatorOf } from './document.ts';
import { toJson, valuesOf, wrongValuesOf } from './values-of.ts';

/** Whose token a request carries, by its sub; null for those who have no valid one. */
export const callers = {
  ada: 'ada',
  admin: 'root',
  stranger: 'mallory',
  shared: 'shared',
  nobody: null,
  garbage: null,
} as const;
export type Caller = keyof typeof callers;

export interface FuzzRequest {
  readonly operation: Operation;
  readonly caller: Caller;
  /** With its query, as it is sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
  /** Whose things it asks for, when it says so. */
  readonly owner: string | undefined;
  /** Whether the document allows it. */
  readonly isValid: boolean;
}

/** Requests of an operation, as the document has them and otherwise. `ids`: of what there is. */
export function requestsOf(operation: Operation, ids: readonly string[]): fc.Arbitrary<FuzzRequest> {
  const parameters = operation.parameters ?? [];
  const allowed = fc.record({
    parameters: fc.tuple(...parameters.map((parameter) => given(parameter, ids))),
    extra: fc.constant(''),
    body: bodiesOf(operation),
  });
  const otherwise = fc.record({
    parameters: fc.tuple(
      ...parameters.map((parameter) => fc.oneof(given(parameter, ids), strangelyGiven(parameter))),
    ),
    extra: fc.constantFrom(
      '',
      '',
      '',
      'limit=1',
      'colour=red',
      '%zz',
      '&&=&',
      'limit=2&limit=3',
      '__proto__=1',
    ),
    body: fc.oneof(bodiesOf(operation), wrongBodiesOf(operation)),
  });
  const caller = fc.oneof(
    { weight: 12, arbitrary: fc.constant<Caller>('ada') },
    { weight: 2, arbitrary: fc.constant<Caller>('admin') },
    { weight: 1, arbitrary: fc.constantFrom(...(Object.keys(callers) as Caller[])) },
  );
  return fc
    .tuple(caller, fc.oneof(allowed, otherwise))
    .map(([by, parts]) => assemble(operation, { caller: by, ...parts }));
}

type Given = string | undefined;

interface Body {
  readonly type: string | undefined;
  readonly bytes: Buffer | undefined;
}

function given(parameter: Parameter, ids: readonly string[]): fc.Arbitrary<Given> {
  const { name, schema, required } = parameter;
  const known = fc.constantFrom(...ids);
  const values = valuesOf(schema).map(String).filter(isSendableAs(parameter));
  const likely =
    schema.format === 'uuid' || name === 'id'
      ? fc.oneof({ weight: 3, arbitrary: known }, { weight: 1, arbitrary: values })
      : name === 'owner'
        ? fc.oneof(
            { weight: 6, arbitrary: fc.constant('ada') },
            { weight: 1, arbitrary: fc.constantFrom('root', 'mallory', 'shared', 'grace') },
            { weight: 1, arbitrary: values },
          )
        : name === 'Idempotency-Key'
          ? fc.oneof(
              { weight: 4, arbitrary: values },
              { weight: 1, arbitrary: fc.constantFrom('once', 'again') },
            )
          : name.startsWith('If-')
            ? fc.constantFrom('*', '"1"', 'W/"2", "3"', '", ,', 'x')
            : values;
  return required ? likely : fc.option(likely, { nil: undefined });
}

function strangelyGiven(parameter: Parameter): fc.Arbitrary<Given> {
  const { in: place, schema } = parameter;
  const odd = place === 'header' ? oddHeaders : place === 'path' ? oddSteps : oddTexts;
  return fc.oneof(odd, wrongValuesOf(schema).map(String)).filter(isSendableAs(parameter));
}

const oddTexts = fc.constantFrom(
  '',
  ' ',
  '0',
  '-1',
  '1e1',
  '00',
  '5.0',
  '９',
  '9'.repeat(400),
  'TRUE',
  'null',
  'bm8=',
);
const oddHeaders = fc.constantFrom(
  '',
  ' ',
  'a b',
  'é',
  '\u007f',
  'x'.repeat(129),
  'x'.repeat(9_000),
  'x'.repeat(11_000),
  'x'.repeat(40_000),
);
/** No percent-encoding, though it is sent as one. */
const MALFORMED = '%zz';

const oddSteps = fc.constantFrom(
  '',
  '.',
  '..',
  'upload',
  'a/b',
  MALFORMED,
  '\u0000',
  'x'.repeat(3_000),
  'URN:UUID:01993D1E-7A70-7CC0-8000-1B2C3D4E5F60',
  '01993D1E-7A70-7CC0-8000-1B2C3D4E5F60',
);

/** What Node's client lets out. A path or query is percent-encoded first. */
function isSendableAs({ in: place }: Parameter): (text: string) => boolean {
  return (text) => place !== 'header' || /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

function bodiesOf({ requestBody }: Operation): fc.Arbitrary<Body> {
  if (!requestBody) return fc.constant({ type: undefined, bytes: undefined });
  const [[type = '', { schema }] = ['', { schema: {} }]] = Object.entries(requestBody.content);
  return fc.record({
    type: fc.constantFrom(type, type, `${type}; charset=utf-8`, `${type.toUpperCase()};charset="UTF-8"`),
    bytes: (type === 'text/csv' ? csvFiles : valuesOf(schema).map(toJson)).map((text) => Buffer.from(text)),
  });
}

const csvFiles = fc
  .array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 5 })
  .map((lines) => ['title,detail', ...lines].join('\n'));

function wrongBodiesOf({ requestBody }: Operation): fc.Arbitrary<Body> {
  const [[type, { schema }] = ['application/json', { schema: {} }]] = Object.entries(
    requestBody?.content ?? {},
  );
  const types = fc.constantFrom(
    undefined,
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    `${type}; charset=utf-16`,
    `${type}x`,
    'application/problem+json',
  );
  const texts = fc.oneof(
    wrongValuesOf(schema).map(toJson),
    fc.constantFrom(
      '',
      ' ',
      '{',
      '{"title":"a"',
      '{"title":}',
      "{'title':1}",
      '\ufeff{}',
      'null',
      '[]',
      '"',
      'NaN',
    ),
    fc.json(),
  );
  const bytes = fc.oneof(
    { weight: 6, arbitrary: texts.map((text) => Buffer.from(text)) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array)) },
    { weight: 1, arbitrary: fc.constant(Buffer.alloc(70_000, '"')) },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant(type), bytes }) },
    { weight: 1, arbitrary: fc.record({ type: types, bytes }) },
  );
}

function assemble(
  operation: Operation,
  parts: {
    readonly caller: Caller;
    readonly parameters: readonly Given[];
    readonly extra: string;
    readonly body: Body;
  },
): FuzzRequest {
  const { caller, body, extra } = parts;
  const given = (operation.parameters ?? []).map((parameter, index) => ({
    parameter,
    text: parts.parameters[index],
  }));
  const at = (place: Parameter['in']) =>
    given.flatMap(({ parameter, text }) =>
      parameter.in === place && text !== undefined ? [[parameter.name, text] as const] : [],
    );
  let path = operation.path;
  for (const [name, text] of at('path')) path = path.replace(`{${name}}`, () => encode(text));
  const query = [...at('query').map(([name, text]) => `${name}=${encode(text)}`), extra].filter(
    (each) => each,
  );
  const headers = Object.fromEntries(at('header'));
  return {
    operation,
    caller,
    path: query.length > 0 ? `${path}?${query.join('&')}` : path,
    headers: { ...headers, ...(body.type === undefined ? {} : { 'content-type': body.type }) },
    body: body.bytes,
    owner: at('query').find(([name]) => name === 'owner')?.[1],
    isValid:
      extra === '' &&
      given.every(({ parameter, text }) => isAllowed(parameter, text)) &&
      isBodyAllowed(operation, body),
  };
}

function encode(text: string): string {
  return text === MALFORMED ? text : encodeURIComponent(text.toWellFormed());
}

function isAllowed({ in: place, required, schema }: Parameter, text: Given): boolean {
  if (text === undefined) return !required;
  if (place === 'path' && text === MALFORMED) return false;
  const { type } = resolve(schema);
  const said = place === 'header' ? text.replace(/^[ \t]+|[ \t]+$/g, '') : text.toWellFormed();
  if (type === 'integer') return /^-?\d+$/.test(said) && validatorOf(schema)(Number(said));
  if (type === 'boolean') return said === 'true' || said === 'false';
  return validatorOf(schema)(said);
}

function isBodyAllowed({ requestBody }: Operation, { type = '', bytes }: Body): boolean {
  const length = bytes?.length ?? 0;
  if (!requestBody) return length === 0;
  const [[wanted, { schema }] = ['', { schema: {} }]] = Object.entries(requestBody.content);
  if (!new RegExp(`^${wanted}(;\\s*charset="?utf-8"?)?$`, 'i').test(type)) return false;
  if (length === 0 || length > (requestBody['x-max-bytes'] ?? 65_536)) return false;
  return wanted === 'text/csv' || isJsonOf(schema, bytes ?? Buffer.alloc(0));
}

function isJsonOf(schema: Parameter['schema'], bytes: Buffer): boolean {
  try {
    let isKept = true;
    const value = JSON.parse(bytes.toString(), (_, member) => {
      // What no double can hold is read as Infinity, which would be written as null.
      if (typeof member === 'number' && !Number.isFinite(member)) isKept = false;
      return member;
    });
    return isKept && validatorOf(schema)(value);
  } catch {
    return false;
  }
}
