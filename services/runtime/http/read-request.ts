import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { OperationContract, ParameterContract } from './contract.ts';
import { describeErrors } from './describe-errors.ts';
import { parseJsonBody } from './parse-json-body.ts';
import { Refusal } from './refusal.ts';

/** What a request says, checked against its operation's schema. */
export interface OperationRequest {
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Those that the operation knows. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** JSON as its value, anything else as a Buffer, undefined when the operation takes none. */
  readonly body: unknown;
}

/** Reads a request. Throws `Refusal` naming every field that is wrong. */
export function readRequest(event: APIGatewayProxyEventV2, operation: OperationContract): OperationRequest {
  refuseLargeHeaders(event);
  const { parameters, body, validate } = operation;
  const request = {
    path: read(parameters, 'path', event.pathParameters ?? {}),
    query: read(parameters, 'query', readQuery(event.rawQueryString)),
    headers: read(parameters, 'header', headersOf(event, parameters)),
    body: body ? readBody(event, body) : readNothing(event),
  };
  if (!validate(request)) {
    throw new Refusal(400, {
      detail: 'the request is not as the API describes it: see errors, and GET /openapi.json',
      errors: describeErrors(validate.errors ?? []),
    });
  }
  return request;
}

/** API Gateway's own limit for an HTTP API, said as a problem wherever it does not hold. */
const HEADERS_MAX_BYTES = 10_240;

function refuseLargeHeaders({ headers }: APIGatewayProxyEventV2): void {
  const bytes = Object.entries(headers).reduce(
    (sum, [name, value = '']) => sum + name.length + Buffer.byteLength(value),
    0,
  );
  if (bytes <= HEADERS_MAX_BYTES) return;
  throw new Refusal(431, { detail: `the headers have ${bytes} bytes, and may have ${HEADERS_MAX_BYTES}` });
}

/** The texts as what their type says, and the defaults of those that are not there. */
function read(
  parameters: readonly ParameterContract[],
  place: ParameterContract['in'],
  given: Readonly<Record<string, string | undefined>>,
): Record<string, unknown> {
  const values: Record<string, unknown> = { ...given };
  for (const { name, type, default: fallback } of parameters.filter((each) => each.in === place)) {
    const text = given[name];
    if (text === undefined) {
      if (fallback !== undefined) values[name] = fallback;
    } else if (type === 'integer' && /^-?\d{1,15}$/.test(text)) values[name] = Number(text);
    else if (type === 'boolean' && (text === 'true' || text === 'false')) values[name] = text === 'true';
  }
  return values;
}

/** Not from `queryStringParameters`: there, two of one name are joined by a comma. */
function readQuery(rawQueryString: string): Record<string, string> {
  const query = new URLSearchParams(rawQueryString);
  const twice = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (twice.length > 0) {
    throw new Refusal(400, {
      detail: 'a parameter is given more than once',
      errors: twice.map((name) => ({ pointer: `/query/${name}`, detail: 'is given more than once' })),
    });
  }
  return Object.fromEntries(query);
}

function headersOf(
  { headers }: APIGatewayProxyEventV2,
  parameters: readonly ParameterContract[],
): Record<string, string | undefined> {
  const known = parameters.filter((each) => each.in === 'header' && headers[each.name] !== undefined);
  return Object.fromEntries(known.map(({ name }) => [name, headers[name]]));
}

function readNothing({ body }: APIGatewayProxyEventV2): undefined {
  if (!body) return undefined;
  throw new Refusal(400, { detail: 'the operation takes no body: send none' });
}

function readBody(
  event: APIGatewayProxyEventV2,
  { mediaType, maxBytes }: { readonly mediaType: string; readonly maxBytes: number },
): unknown {
  const given = event.headers['content-type'];
  if (!isMediaType(given, mediaType)) {
    throw new Refusal(415, {
      detail: `the content-type is ${given ?? 'not given'}, and must be ${mediaType} in UTF-8`,
    });
  }
  const bytes = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBytes) {
    throw new Refusal(413, { detail: `the body has ${bytes.length} bytes, and may have ${maxBytes}` });
  }
  if (bytes.length === 0) {
    throw new Refusal(400, {
      detail: 'there is no body',
      errors: [{ pointer: '/body', detail: 'is missing' }],
    });
  }
  return mediaType === 'application/json' ? parseJsonBody(bytes) : bytes;
}

function isMediaType(given: string | undefined, wanted: string): boolean {
  const [type = '', ...settings] = (given ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = settings.find((setting) => setting.startsWith('charset='))?.slice('charset='.length);
  return type === wanted && ['utf-8', '"utf-8"', undefined].includes(charset);
}
