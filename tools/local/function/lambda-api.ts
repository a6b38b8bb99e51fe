import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, Engine, JsonObject } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import { toAwsError } from '../wire/render-error.ts';
import { functionAccess } from './access.ts';
import type { FunctionCode } from './code-folders.ts';
import { describeFunction } from './describe-function.ts';
import type { EventSourceMappings } from './event-source-mappings.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Invocation } from './functions.ts';
import type { LocalFunction } from './local-function.ts';
import type { Permissions } from './permissions.ts';
import { readCodeUpdate, readConfigurationUpdate } from './read-function-update.ts';

export interface LambdaApi {
  operationOf(request: IncomingMessage): string;
  handle(request: IncomingMessage, response: ServerResponse, caller: Caller): Promise<void>;
}

/** Lambda's REST API: invoking, reading functions, whom they let in, and event source mappings. */
export function createLambdaApi(options: {
  readonly engine: Engine;
  readonly mappings: EventSourceMappings;
  readonly permissions: Permissions;
  readonly list: () => readonly LocalFunction[];
  /** Throws `AwsError` for a function that does not exist. */
  readonly find: (functionArnOrName: string) => LocalFunction;
  /** Puts a function in place of this one, with the same code unless there is another. */
  readonly update: (
    former: LocalFunction,
    configuration: FunctionConfiguration,
    code?: FunctionCode,
  ) => Promise<LocalFunction>;
  readonly invokeLater: (functionName: string, payload: string) => void;
}): LambdaApi {
  const { engine, find, invokeLater, list, mappings, permissions, update } = options;

  const routes: readonly Route[] = [
    { operation: 'Invoke', method: 'POST', path: '/2015-03-31/functions/:name/invocations', answer: invoke },
    {
      operation: 'GetFunctionConfiguration',
      method: 'GET',
      path: '/2015-03-31/functions/:name/configuration',
      answer: ({ name }) => ({ status: 200, body: describeFunction(find(name)) }),
    },
    {
      operation: 'GetFunction',
      method: 'GET',
      path: '/2015-03-31/functions/:name',
      answer({ name }) {
        const found = find(name);
        const { reservedConcurrency } = found.configuration;
        const Concurrency = { ReservedConcurrentExecutions: reservedConcurrency };
        const body = { Configuration: describeFunction(found), Code: { RepositoryType: 'S3' }, Tags: {} };
        return { status: 200, body: reservedConcurrency === undefined ? body : { ...body, Concurrency } };
      },
    },
    {
      operation: 'ListFunctions',
      method: 'GET',
      path: '/2015-03-31/functions',
      answer: () => ({ status: 200, body: { Functions: list().map(describeFunction) } }),
    },
    {
      operation: 'UpdateFunctionCode',
      method: 'PUT',
      path: '/2015-03-31/functions/:name/code',
      async answer({ json, name }) {
        const former = find(name);
        const updated = await update(former, former.configuration, readCodeUpdate(json()));
        return { status: 200, body: describeFunction(updated) };
      },
    },
    {
      operation: 'UpdateFunctionConfiguration',
      method: 'PUT',
      path: '/2015-03-31/functions/:name/configuration',
      async answer({ json, name }) {
        const former = find(name);
        const updated = await update(former, readConfigurationUpdate(former.configuration, json()));
        return { status: 200, body: describeFunction(updated) };
      },
    },
    {
      operation: 'AddPermission',
      method: 'POST',
      path: '/2015-03-31/functions/:name/policy',
      answer({ json, name }) {
        const input = json();
        const statement = permissions.add(find(name).arn, String(input.StatementId), input);
        return { status: 201, body: { Statement: JSON.stringify(statement) } };
      },
    },
    {
      operation: 'GetPolicy',
      method: 'GET',
      path: '/2015-03-31/functions/:name/policy',
      answer({ name }) {
        const Policy = permissions.policyOf(find(name).arn);
        if (Policy !== undefined) return { status: 200, body: { Policy } };
        throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
          status: 404,
        });
      },
    },
    {
      operation: 'RemovePermission',
      method: 'DELETE',
      path: '/2015-03-31/functions/:name/policy/:id',
      answer({ id, name }) {
        permissions.remove(find(name).arn, id);
        return { status: 204 };
      },
    },
    {
      operation: 'CreateEventSourceMapping',
      method: 'POST',
      path: '/2015-03-31/event-source-mappings',
      answer: ({ json }) => ({ status: 202, body: mappings.create(json()) }),
    },
    {
      operation: 'ListEventSourceMappings',
      method: 'GET',
      path: '/2015-03-31/event-source-mappings',
      answer({ query }) {
        const eventSourceArn = query.get('EventSourceArn') ?? undefined;
        const functionName = query.get('FunctionName') ?? undefined;
        return {
          status: 200,
          body: { EventSourceMappings: mappings.list({ eventSourceArn, functionName }) },
        };
      },
    },
    {
      operation: 'GetEventSourceMapping',
      method: 'GET',
      path: '/2015-03-31/event-source-mappings/:name',
      answer: ({ name }) => ({ status: 200, body: mappings.get(name) }),
    },
    {
      operation: 'UpdateEventSourceMapping',
      method: 'PUT',
      path: '/2015-03-31/event-source-mappings/:name',
      answer: ({ json, name }) => ({ status: 202, body: mappings.update(name, json()) }),
    },
    {
      operation: 'DeleteEventSourceMapping',
      method: 'DELETE',
      path: '/2015-03-31/event-source-mappings/:name',
      answer: ({ name }) => ({ status: 202, body: mappings.delete(name) }),
    },
  ];

  return {
    operationOf: (request) => match(routes, request)?.route.operation ?? unknownName(request),
    async handle(request, response, caller) {
      try {
        const matched = match(routes, request);
        if (!matched) throw unknownOperation(request, routes);
        if (caller.kind === 'function') {
          const { name, route } = matched;
          engine.authority?.authorize(caller, functionAccess(engine, route.operation, name));
        }
        const payload = (await readBody(request, { limitBytes: BODY_LIMIT })).toString();
        const answer = await matched.route.answer({
          name: matched.name,
          id: matched.id,
          query: matched.query,
          headers: request.headers,
          payload,
          json: () => parseObject(payload),
        });
        send(response, answer);
      } catch (thrown) {
        const { code, message, status } = toAwsError(thrown, `lambda ${unknownName(request)}`);
        const Type = status < 500 ? 'User' : 'Server';
        send(response, {
          status,
          headers: { 'x-amzn-errortype': code },
          body: { Type, Message: message, message },
        });
      }
    },
  };

  async function invoke({ headers, name, payload }: Request): Promise<Answer> {
    const found = find(name);
    const text = payload === '' ? '{}' : payload;
    checkJson(text);
    const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
    if (type === 'DryRun') return { status: 204 };
    if (type === 'Event') {
      invokeLater(name, text);
      return { status: 202 };
    }
    const invocation: Invocation = await found.invoke(text);
    const error = invocation.functionError && { 'x-amz-function-error': invocation.functionError };
    return {
      status: 200,
      headers: { 'x-amz-executed-version': '$LATEST', ...error },
      body: invocation.payload,
    };
  }
}

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly answer: (request: Request) => Answer | Promise<Answer>;
}

interface Request {
  readonly name: string;
  /** Of the statement, where the path names one. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly payload: string;
  readonly json: () => JsonObject;
}

interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text is sent as it is. */
  readonly body?: JsonObject | string;
}

/** Above Lambda's own limit, so that Lambda's own words refuse what is too long. */
const BODY_LIMIT = 16 * 1_048_576;

function match(
  routes: readonly Route[],
  request: IncomingMessage,
): { route: Route; name: string; id: string; query: URLSearchParams } | undefined {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const segments = url.pathname.replace(/\/$/, '').split('/');
  for (const route of routes) {
    const wanted = route.path.split('/');
    const isMatch = wanted.every((part, index) => part.startsWith(':') || part === segments[index]);
    if (route.method !== request.method || wanted.length !== segments.length || !isMatch) continue;
    const read = (part: string) => decodeURIComponent(segments[wanted.indexOf(part)] ?? '');
    return { route, name: read(':name'), id: read(':id'), query: url.searchParams };
  }
  return undefined;
}

function unknownName(request: IncomingMessage): string {
  return `${request.method} ${request.url?.split('?')[0]}`;
}

function unknownOperation(request: IncomingMessage, routes: readonly Route[]): AwsError {
  const known = routes.map(({ operation }) => operation).join(', ');
  return new AwsError(
    'UnknownOperationException',
    `the local Lambda has no operation ${unknownName(request)}; it has ${known}`,
    { status: 404 },
  );
}

function checkJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function parseObject(text: string): JsonObject {
  checkJson(text === '' ? '{}' : text);
  const input: unknown = JSON.parse(text === '' ? '{}' : text);
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject;
  throw new AwsError('InvalidRequestContentException', 'the request is not a JSON object');
}

function send(response: ServerResponse, { body, headers, status }: Answer): void {
  const text = body === undefined || typeof body === 'string' ? (body ?? '') : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}
