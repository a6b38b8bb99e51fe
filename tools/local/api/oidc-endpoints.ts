import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Engine, PathHandler } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import type { HttpApis } from './http-api.ts';
import type { Issuer } from './issuer.ts';
import { planToken, TokenRequestError } from './plan-token.ts';

export const OIDC_PATH = '/_aws/oidc';

/** The engine as an OpenID Connect issuer: discovery, its public key, and tokens for whoever asks on this machine. */
export function createOidcEndpoints(options: {
  readonly engine: Pick<Engine, 'clock' | 'endpoint' | 'observations'>;
  readonly state: Pick<HttpApis, 'authorizers'>;
  readonly issuer: () => Promise<Issuer>;
}): PathHandler {
  const { engine, issuer, state } = options;
  const authorizers = () => [...state.authorizers.values()];

  const endpoints: Readonly<Record<string, (request: IncomingMessage) => Promise<unknown>>> = {
    'GET /.well-known/openid-configuration': async () => discover(),
    'GET /jwks.json': async () => (await issuer()).keySet,
    'POST /token': issueToken,
  };

  return async (request, response) => {
    const operation = `${request.method} ${request.url?.slice(OIDC_PATH.length).split('?')[0]}`;
    const { body, status } = await answer(operation, request);
    request.resume();
    send(response, status, body);
    const bytes = Number(request.headers['content-length'] ?? 0);
    engine.observations.report({
      kind: 'requested',
      service: 'oidc',
      operation,
      caller: 'user',
      bytes,
      status,
    });
  };

  async function answer(
    operation: string,
    request: IncomingMessage,
  ): Promise<{ status: number; body: unknown }> {
    try {
      const endpoint = Object.hasOwn(endpoints, operation) ? endpoints[operation] : undefined;
      if (endpoint) return { status: 200, body: await endpoint(request) };
      const known = Object.keys(endpoints).join(', ');
      return { status: 404, body: oauthError(`there is no ${operation} here; there is ${known}`) };
    } catch (error) {
      if (error instanceof TokenRequestError) return { status: 400, body: oauthError(error.message) };
      if (error instanceof AwsError) return { status: error.status, body: oauthError(error.message) };
      throw error;
    }
  }

  function discover(): unknown {
    const base = `${engine.endpoint()}${OIDC_PATH}`;
    const issuers = new Set(authorizers().map((authorizer) => authorizer.issuer));
    const [only = base] = issuers;
    return {
      issuer: issuers.size > 1 ? base : only,
      jwks_uri: `${base}/jwks.json`,
      token_endpoint: `${base}/token`,
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    };
  }

  async function issueToken(request: IncomingMessage): Promise<unknown> {
    const text = (await readBody(request, { limitBytes: 65_536 })).toString();
    const input = readInput(text, request.headers['content-type']);
    const { claims, expiresIn } = planToken({ input, authorizers: authorizers(), now: engine.clock.now() });
    return {
      access_token: await (await issuer()).sign(claims),
      token_type: 'Bearer',
      expires_in: expiresIn,
      ...(claims.scope !== undefined && { scope: claims.scope }),
    };
  }
}

function readInput(text: string, contentType = ''): Readonly<Record<string, unknown>> {
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(text));
  }
  try {
    const input: unknown = JSON.parse(text);
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return { ...input };
  } catch (cause) {
    throw new TokenRequestError('the body is neither JSON nor, by its content-type, a form', { cause });
  }
  throw new TokenRequestError('the body is not a JSON object');
}

function oauthError(description: string): unknown {
  return { error: 'invalid_request', error_description: description };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
