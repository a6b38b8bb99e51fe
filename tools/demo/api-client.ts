import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ImagesOperations } from '../../generated/http/images.ts';
import { routes } from '../../generated/http/routes.ts';
import type { TasksOperations } from '../../generated/http/tasks.ts';
import { requestToken } from '../request-token.ts';
import type { System } from '../start-system.ts';

type Operations = ImagesOperations & TasksOperations;

export type OperationId = keyof Operations;

/** What an operation is given: a path and a body when it takes them. */
export type ApiRequest<Id extends OperationId> = {
  readonly query?: Partial<Operations[Id]['query']>;
} & (keyof Operations[Id]['path'] extends never ? unknown : { readonly path: Operations[Id]['path'] }) &
  (Operations[Id]['body'] extends undefined ? unknown : { readonly body: Operations[Id]['body'] });

/** What it answers when all is well. */
export type ApiAnswer<Id extends OperationId> = Extract<
  Operations[Id]['response'],
  { readonly body: unknown }
>['body'];

/** The HTTP API as one of its users has it. */
export interface ApiClient {
  /** Throws when the API refuses, or is not there for seconds. What has not changed since is answered as it was. */
  ask<Id extends OperationId>(id: Id, request: ApiRequest<Id>): Promise<ApiAnswer<Id>>;
}

export interface ApiClientOptions {
  readonly system: Pick<System, 'apiUrl' | 'aws'>;
  /** Whose token it comes with: the `sub`. */
  readonly user: string;
  readonly signal: AbortSignal;
}

/** Asks for a token at its first request. */
export function createApiClient({ system: { apiUrl, aws }, user, signal }: ApiClientOptions): ApiClient {
  const seen = new Map<string, { readonly etag: string; readonly body: unknown }>();
  let token: Promise<string> | undefined;

  return {
    async ask(id, request) {
      token ??= requestToken(aws.endpoint, { sub: user, expires_in: TOKEN_SECONDS });
      const { method, path } = routeOf(id);
      const { body, path: parameters, query } = request as LooseRequest;
      const search = query ? `?${new URLSearchParams(query)}` : '';
      const url = `${apiUrl}${fillIn(path, parameters)}${search}`;
      const known = seen.get(url);
      const response = await send(url, {
        method,
        headers: {
          authorization: `Bearer ${await token}`,
          ...(known && { 'if-none-match': known.etag }),
          ...(method === 'POST' && {
            'content-type': 'application/json',
            'idempotency-key': randomUUID(),
          }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
      });
      if (response.status === 304 && known) return known.body as ApiAnswer<typeof id>;
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path} is answered with ${response.status}: ${text}`);
      const isJson = response.headers.get('content-type')?.startsWith('application/json');
      const answer: unknown = isJson ? JSON.parse(text) : text;
      const etag = response.headers.get('etag');
      if (etag !== null) seen.set(url, { etag, body: answer });
      return answer as ApiAnswer<typeof id>;
    },
  };

  /** Sends it again when the API is throttled or failed: a GET changes nothing, and a POST has its key. */
  async function send(url: string, init: RequestInit): Promise<Response> {
    for (let tries = 1; ; tries += 1) {
      const response = await fetch(url, init);
      if (!PASSING.has(response.status) || tries === TRIES) return response;
      await response.body?.cancel();
      await wait(RETRY_MS, undefined, { signal });
    }
  }
}

/** The method and the path of an operation: `GET`, `/images/{id}`. */
export function routeOf(id: OperationId): { readonly method: string; readonly path: string } {
  const route = routes.find(({ operationId }) => operationId === id);
  if (!route) throw new Error(`no operation ${id}`);
  return route;
}

interface LooseRequest {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

/** `fillIn('/images/{id}', { id: '7' }) -> '/images/7'` */
function fillIn(path: string, parameters: LooseRequest['path'] = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(parameters[name] ?? ''));
}

/** Longer than any demo, also when the engine's clock is stepped. */
const TOKEN_SECONDS = '86400';

const PASSING: ReadonlySet<number> = new Set([429, 500, 503]);
const TRIES = 10;
const RETRY_MS = 500;
