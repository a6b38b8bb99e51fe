import { request } from 'node:http';
import type { ApiDestination } from '../bus/api-destinations.ts';
import type { Connection } from '../bus/connections.ts';
import { refusalOfEndpoint } from '../bus/loopback-url.ts';
import { isObject } from '../bus/request.ts';
import type { Clock } from '../clock.ts';
import type { JsonObject } from '../local-service.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import type { HttpParameters } from './http-parameters.ts';

export interface ApiCaller {
  /** Sends one request, when the destination's rate allows; resolves once it has answered with success. Rejects with `DeliveryFailure`. */
  call(destination: ApiDestination, body: string, parameters: HttpParameters): Promise<void>;
  /** Hangs up on every destination. */
  close(): void;
}

/** Makes the requests of API destinations, with AWS's time limit of five seconds and to this machine alone. */
export function createApiCaller({ clock }: { readonly clock: Clock }): ApiCaller {
  const freeAt = new WeakMap<ApiDestination, number>();
  const closing = new AbortController();

  return {
    async call(destination, body, parameters) {
      await turnOf(destination);
      const slow = new AbortController();
      const stop = clock.after(timeoutMs, () => slow.abort());
      try {
        await send(destination, body, parameters, AbortSignal.any([closing.signal, slow.signal]));
      } catch (error) {
        if (slow.signal.aborted) throw failure('TIMEOUT', 'Timeout calling endpoint for API Destination');
        throw error;
      } finally {
        stop();
      }
    },
    close: () => closing.abort(),
  };

  /** Resolves when the destination may be called: its calls are spread evenly over the second. */
  function turnOf(destination: ApiDestination): Promise<void> | undefined {
    const now = clock.now();
    const at = Math.max(now, freeAt.get(destination) ?? 0);
    freeAt.set(destination, at + 1000 / destination.ratePerSecond);
    return at > now ? new Promise((resolve) => clock.after(at - now, resolve)) : undefined;
  }

  async function send(
    { connection, endpoint, method }: ApiDestination,
    input: string,
    parameters: HttpParameters,
    signal: AbortSignal,
  ): Promise<void> {
    const url = fillUrl(endpoint, parameters, connection);
    const body = method === 'GET' || method === 'HEAD' ? '' : addToBody(input, connection);
    const headers = readHeaders(body, parameters, connection);
    const { status, retryAfter } = await new Promise<{ status: number; retryAfter?: string }>(
      (resolve, reject) => {
        const outgoing = request(url, { method, signal, agent: false }, (response) => {
          response.resume();
          resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
        });
        outgoing.setHeaders(headers);
        outgoing.once('error', (cause) =>
          reject(failure('SDK_CLIENT_ERROR', 'API destination endpoint cannot be reached.', { cause })),
        );
        outgoing.end(body);
      },
    );
    if (status >= 200 && status < 300) return;
    const retryAfterMs = retryAfter === undefined ? 0 : waitOf(retryAfter, clock.now());
    throw failure('ERROR_FROM_TARGET', `API destination returned HTTP status code ${status}.`, {
      isRetryable: (retried.has(status) || status >= 500) && retryAfterMs >= 0,
      retryAfterMs,
    });
  }
}

const timeoutMs = 5000;
const retried = new Set([401, 407, 409, 429]);

function fillUrl(endpoint: string, { pathValues, query }: HttpParameters, connection: Connection): URL {
  const values = [...pathValues];
  const filled = endpoint.replaceAll('*', () => encodeURIComponent(values.shift() ?? ''));
  const refusal = refusalOfEndpoint(filled);
  if (refusal !== undefined) throw failure('INVALID_PARAMETER', refusal, { isRetryable: false });
  const url = new URL(filled);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  for (const { Key, Value } of connection.invocation.query) url.searchParams.set(String(Key), String(Value));
  return url;
}

/** What the connection says wins over the target. */
function readHeaders(body: string, parameters: HttpParameters, connection: Connection): Headers {
  const { authorization, invocation } = connection;
  try {
    const headers = new Headers({ 'content-type': 'application/json; charset=utf-8', ...parameters.headers });
    for (const { Key, Value } of invocation.headers) headers.set(String(Key), String(Value));
    if (authorization.type === 'API_KEY') headers.set(authorization.name, authorization.value);
    else headers.set('authorization', basic(authorization));
    for (const name of ownHeaders) headers.delete(name);
    headers.set('user-agent', 'Amazon/EventBridge/ApiDestinations');
    headers.set('content-length', String(Buffer.byteLength(body)));
    return headers;
  } catch (cause) {
    throw failure('INVALID_PARAMETER', `A header is not valid: ${String(cause)}`, {
      isRetryable: false,
      cause,
    });
  }
}

/** Those that describe the transfer: nobody else may set them. */
const ownHeaders = ['connection', 'content-length', 'expect', 'host', 'te', 'transfer-encoding', 'upgrade'];

function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** The connection's body parameters join a body that is a JSON object. */
function addToBody(body: string, { invocation }: Connection): string {
  if (invocation.body.length === 0) return body;
  const parsed = parseOrNothing(body);
  if (!isObject(parsed)) return body;
  const added: JsonObject = Object.fromEntries(invocation.body.map(({ Key, Value }) => [Key, Value]));
  return JSON.stringify({ ...parsed, ...added });
}

function parseOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A Retry-After header in milliseconds: seconds, or a date. Negative means not to try again. */
function waitOf(retryAfter: string, now: number): number {
  const seconds = Number(retryAfter);
  const ms = Number.isNaN(seconds) ? Date.parse(retryAfter) - now : seconds * 1000;
  return Number.isNaN(ms) ? 0 : ms;
}

function failure(
  code: string,
  message: string,
  options: { isRetryable?: boolean; retryAfterMs?: number; cause?: unknown } = {},
): DeliveryFailure {
  return new DeliveryFailure(code, `Unable to invoke ApiDestination endpoint: ${message}`, {
    isRetryable: true,
    ...options,
  });
}
