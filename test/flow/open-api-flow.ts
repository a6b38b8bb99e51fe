import type { SystemOptions } from '../../tools/start-system.ts';
import { openFlow } from './open-flow.ts';

export type ApiFlow = Awaited<ReturnType<typeof openApiFlow>>;

export interface ApiRequest {
  /** `POST /trigger`, the path with its parameters and its query. */
  readonly route: string;
  /** Sent as JSON, unless it is a text or bytes. @default none */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whose token it comes with. @default 'ada' */
  readonly sub?: string;
  /** Scopes of the token. @default none */
  readonly scope?: string;
  /** Sent in place of a token for `sub`; null for none. */
  readonly token?: string | null;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** JSON is read, anything else is text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it.
  readonly body: any;
}

/** The whole system, and how a client asks its API. */
export async function openApiFlow(options: SystemOptions = {}) {
  const flow = await openFlow(options);
  const { endpoint } = flow.aws;
  const scope = 'test/20260101/us-east-1/apigateway/aws4_request';
  const apis = await fetch(`${endpoint}/v2/apis`, {
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=0` },
  });
  const { items } = (await apis.json()) as { readonly items: readonly { readonly apiEndpoint: string }[] };
  const url = items[0]?.apiEndpoint ?? '';

  /** A token that the API takes. */
  async function token(claims: { sub: string; scope?: string; expires_in?: number }): Promise<string> {
    const answer = await fetch(`${endpoint}/_aws/oidc/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(claims),
    });
    return ((await answer.json()) as { readonly access_token: string }).access_token;
  }

  return {
    ...flow,
    /** The API's URL, without a slash at its end. */
    url,
    token,

    async ask(request: ApiRequest): Promise<ApiAnswer> {
      const { route, body, headers, sub = 'ada', scope } = request;
      const [method, path] = route.split(' ');
      const isJson = body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body);
      const bearer = request.token === undefined ? await token({ sub, scope }) : request.token;
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: {
          ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: isJson ? JSON.stringify(body) : body,
      });
      const text = await answer.text();
      const isReadable = answer.headers.get('content-type')?.includes('json');
      return { status: answer.status, headers: answer.headers, body: isReadable ? JSON.parse(text) : text };
    },
  };
}
