import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { UserError } from '../../user-error.ts';
import type {
  AccessesOf,
  Caller,
  Engine,
  JsonObject,
  LocalService,
  PathHandler,
  Protocol,
} from '../local-service.ts';
import { AwsError } from './aws-error.ts';
import type { Callers } from './callers.ts';
import { readCredentialScope } from './credential-scope.ts';
import { readQuery, sendQueryAnswer } from './query-protocol.ts';
import { readBody } from './read-body.ts';
import { sendJsonError, sendQueryError, toAwsError } from './render-error.ts';

/** The one HTTP server of the engine, on 127.0.0.1. */
export interface Gateway {
  /** Starts to answer for these services; resolves once the port is open. */
  listen(services: readonly LocalService[]): Promise<void>;
  /** `http://127.0.0.1:PORT`. Throws before `listen` has resolved. */
  readonly endpoint: string;
  readonly port: number;
  /** Hangs up on every client, also in the middle of a long poll, and frees the port. */
  close(): Promise<void>;
}

/**
 * Routes each request by the service named in its SigV4 credential scope, and tells the caller by its access key; what is public
 * goes by its path. Signatures are not checked: anybody on this machine may call. Reports `requested` once a request has been answered.
 */
export function createGateway(options: {
  readonly engine: Pick<Engine, 'authority' | 'observations'>;
  readonly callers: Callers;
  /** @default a free one */
  readonly port?: number;
}): Gateway {
  const { engine, callers, port = 0 } = options;
  const services = new Map<string, LocalService>();
  const publicPaths: [string, PathHandler][] = [];
  const hangUps = new Set<AbortController>();
  // Clients keep their sockets for the next request: one that the server closes on its own would surprise them.
  const settings = { keepAliveTimeout: 0, requestTimeout: 0, maxHeaderSize: HEAD_LIMIT };
  const server = createServer(settings, (request, response) => {
    void answer(request, response);
  });

  return {
    async listen(answering) {
      for (const service of answering) {
        services.set(service.name, service);
        publicPaths.push(...Object.entries(service.publicPaths ?? {}));
      }
      await new Promise<void>((resolve, reject) => {
        server.once('error', (error: NodeJS.ErrnoException) => {
          reject(error.code === 'EADDRINUSE' ? portTaken(port, error) : error);
        });
        server.listen({ host: '127.0.0.1', port }, () => {
          server.removeAllListeners('error');
          resolve();
        });
      });
    },
    get endpoint() {
      return `http://127.0.0.1:${this.port}`;
    },
    get port() {
      const address = server.address() as AddressInfo | null;
      if (!address) throw new Error('the gateway does not listen: call listen() first');
      return address.port;
    },
    async close() {
      for (const hangUp of hangUps) hangUp.abort();
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const requestId = randomUUID();
    let during = `${request.method} ${request.url}`;
    let errorHeaders: (error: AwsError) => Readonly<Record<string, string>> = () => ({});
    try {
      const handlePublic = publicPaths.find(([path]) => request.url?.startsWith(path))?.[1];
      if (handlePublic) return await handlePublic(request, response);
      response.setHeader('x-amzn-requestid', requestId);
      const scope = readCredentialScope(request);
      if (!scope) {
        throw new AwsError('MissingAuthenticationToken', 'Request is missing Authentication Token', {
          status: 403,
        });
      }
      const service = services.get(scope.service);
      if (!service) throw unknownService(scope.service);
      const caller = callers.identify(scope.accessKeyId);
      const { protocol } = service;
      const { operation, input } =
        protocol.kind === 'query'
          ? readQuery((await readBody(request, { limitBytes: QUERY_BODY_LIMIT })).toString())
          : { operation: operationName(request, protocol), input: {} };
      during = `${service.name} ${operation}`;
      countBytes(request, response, (bytes) =>
        engine.observations.report({
          kind: 'requested',
          service: service.name,
          operation,
          caller: caller.name,
          bytes,
        }),
      );
      if (protocol.kind === 'http') return await protocol.handle(request, response, caller);
      if (protocol.kind === 'query') {
        return await answerQuery({ response, caller, operation, input, service: service.name, protocol });
      }
      errorHeaders = protocol.errorHeaders ?? errorHeaders;
      await answerJson({ request, response, caller, operation, service: service.name, protocol });
    } catch (thrown) {
      if (request.destroyed && !request.complete) return;
      // What is left of a refused body has to be read, or the client would never come to the answer.
      request.resume();
      const error = toAwsError(thrown, during);
      if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded')) {
        sendQueryError(response, error, requestId);
      } else {
        sendJsonError(response, error, errorHeaders(error));
      }
    }
  }

  async function answerJson(options: {
    request: IncomingMessage;
    response: ServerResponse;
    caller: Caller;
    operation: string;
    service: string;
    protocol: Extract<Protocol, { kind: 'json' }>;
  }): Promise<void> {
    const { request, response, caller, operation, protocol, service } = options;
    const body = await readBody(request, { limitBytes: JSON_BODY_LIMIT });
    const run = operationIn(protocol.operations, operation, 'UnknownOperationException');
    const input = parseInput(body);
    authorize({ caller, service, operation, input, protocol });
    const hangUp = new AbortController();
    const abort = () => hangUp.abort();
    hangUps.add(hangUp);
    response.once('close', abort);
    try {
      const output = await run(input, caller, hangUp.signal);
      if (response.destroyed) return;
      const text = JSON.stringify(output);
      response.writeHead(200, {
        'content-type': `application/x-amz-json-${protocol.version}`,
        'content-length': Buffer.byteLength(text),
      });
      response.end(text);
    } finally {
      response.off('close', abort);
      hangUps.delete(hangUp);
    }
  }

  async function answerQuery(options: {
    response: ServerResponse;
    caller: Caller;
    operation: string;
    input: JsonObject;
    service: string;
    protocol: Extract<Protocol, { kind: 'query' }>;
  }): Promise<void> {
    const { response, caller, operation, input, protocol, service } = options;
    const run = operationIn(protocol.operations, operation, 'InvalidAction');
    authorize({ caller, service, operation, input, protocol });
    const result = await run(input, caller);
    if (!response.destroyed) sendQueryAnswer(response, { operation, result, namespace: protocol.namespace });
  }

  function authorize(options: {
    caller: Caller;
    service: string;
    operation: string;
    input: JsonObject;
    protocol: { readonly accessesOf?: AccessesOf };
  }): void {
    const { caller, input, operation, protocol, service } = options;
    if (!engine.authority || caller.kind !== 'function') return;
    const ofTheSameName = { action: `${service}:${operation}`, resource: '*' };
    for (const access of protocol.accessesOf?.(operation, input) ?? [ofTheSameName]) {
      engine.authority.authorize(caller, access);
    }
  }

  function unknownService(name: string): AwsError {
    return new AwsError(
      'NotImplemented',
      `the local AWS has no service "${name}"; it has ${[...services.keys()].join(', ')}`,
      { status: 501 },
    );
  }
}

function portTaken(port: number, cause: Error): UserError {
  return new UserError(
    `port ${port} on 127.0.0.1 is taken by another program: name another port, or none to get a free one.`,
    { cause },
  );
}

function operationIn<Operation>(
  operations: Readonly<Record<string, Operation>>,
  name: string,
  code: string,
): Operation {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (operation !== undefined) return operation;
  throw new AwsError(
    code,
    `the local AWS has no operation ${name} here; it has ${Object.keys(operations).join(', ')}`,
  );
}

function operationName(request: IncomingMessage, protocol: Exclude<Protocol, { kind: 'query' }>): string {
  if (protocol.kind === 'http') {
    return protocol.operationOf?.(request) ?? `${request.method} ${request.url?.split('?')[0]}`;
  }
  const target = String(request.headers['x-amz-target'] ?? '');
  if (!target.startsWith(`${protocol.targetPrefix}.`)) {
    throw new AwsError(
      'UnknownOperationException',
      `the header X-Amz-Target is "${target}": it should be ${protocol.targetPrefix}.<operation>`,
    );
  }
  return target.slice(protocol.targetPrefix.length + 1);
}

/** Calls back with the size of the request's body as soon as the answer has left, or the client. */
function countBytes(
  request: IncomingMessage,
  response: ServerResponse,
  report: (bytes: number) => void,
): void {
  const before = request.socket.bytesRead;
  const stated = request.headers['content-length'];
  response.once('close', () =>
    report(stated === undefined ? request.socket.bytesRead - before : Number(stated)),
  );
}

function parseInput(body: Buffer): JsonObject {
  if (body.length === 0) return {};
  try {
    const input: unknown = JSON.parse(body.toString());
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as JsonObject;
  } catch (cause) {
    throw new AwsError('SerializationException', 'the request is not JSON', { cause });
  }
  throw new AwsError('SerializationException', 'the request is not a JSON object');
}

/** Above every service's own limit, so that the service says what is too large: Node's 431 says nothing. */
const HEAD_LIMIT = 1_048_576;

/** Above every JSON service's own limit: DynamoDB takes 16 MiB, Lambda and the buses less. */
const JSON_BODY_LIMIT = 17 * 1_048_576;

/** A template's body in a request is at most 51,200 bytes, and three times that once it is escaped. */
const QUERY_BODY_LIMIT = 1_048_576;
