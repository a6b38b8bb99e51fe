import { generateKeyPair, SignJWT } from 'jose';
import type { Flow } from './open-flow.ts';

export type ApiClient = ReturnType<typeof openApiClient>;

export interface ApiRequest {
  /** Whose token it carries. @default 'ada' */
  readonly sub?: string;
  /** @default none */
  readonly scope?: string;
  /** Carried in place of a token of `sub`; empty for none. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON, unless it is a string or bytes. */
  readonly body?: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is what tests find out.
  readonly body: any;
}

/** The API of a running system, as its clients reach it. */
export function openApiClient({ app, aws }: Pick<Flow, 'app' | 'aws'>) {
  const url = app.stacks
    .flatMap(({ resources }) => Object.values(resources))
    .map(({ attributes }) => attributes?.ApiEndpoint)
    .find((endpoint) => endpoint !== undefined);
  if (url === undefined) throw new Error('no stack has an API');

  async function token(request: {
    readonly sub: string;
    readonly scope?: string;
    readonly expires_in?: number;
  }): Promise<string> {
    const answer = await fetch(`${aws.endpoint}/_aws/oidc/token`, {
      method: 'POST',
      body: JSON.stringify(request),
    });
    const { access_token } = (await answer.json()) as { readonly access_token: string };
    return access_token;
  }

  return {
    url,
    token,

    /** Sends `GET /images?limit=2` or another request. */
    async ask(route: string, request: ApiRequest = {}): Promise<ApiAnswer> {
      const [method, path] = route.split(' ', 2);
      const { sub = 'ada', scope, headers, body } = request;
      const bearer = request.token ?? (await token({ sub, ...(scope === undefined ? {} : { scope }) }));
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(bearer === '' ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: bytesOf(body) }),
      });
      const text = await answer.text();
      const isJson = answer.headers.get('content-type')?.includes('json');
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },

    /** Tokens that nobody should be let in with, by what is wrong with them. Steps the clock past the expired one's time. */
    async badTokens(): Promise<Readonly<Record<string, string>>> {
      const good = await token({ sub: 'ada' });
      const [head = '', payload = '', signature = ''] = good.split('.');
      const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
      const asRoot = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
      const { privateKey } = await generateKeyPair('RS256');
      const sign = (changed: object) =>
        new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
      const expired = await token({ sub: 'ada', expires_in: 1 });
      aws.clock.advance(120_000);
      return {
        none: '',
        garbage: 'x.y.z',
        changed: `${head}.${asRoot}.${signature}`,
        'signed by another': await sign({}),
        "another issuer's": await sign({ iss: 'https://issuer.example' }),
        expired,
      };
    },
  };
}

function bytesOf(body: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof body === 'string') return body;
  return body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body);
}
