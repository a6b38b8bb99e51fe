import type { JsonObject } from '../local-service.ts';
import { type Answer, refuse } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Authorizer } from './http-api.ts';
import { InvalidTokenError } from './invalid-token-error.ts';
import type { Issuer } from './issuer.ts';

/** Who a token says that its bearer is. */
export interface Authorized {
  readonly isAuthorized: true;
  /** As the function is given them. */
  readonly claims: Readonly<Record<string, string>>;
  /** The token's; null when the route asks for none. */
  readonly scopes: readonly string[] | null;
}

export interface Unauthorized {
  readonly isAuthorized: false;
  readonly answer: Answer;
  /** For the access log. */
  readonly reason: string;
}

/**
 * Lets a request with a valid token in: 401 without one, 403 when it has none of the route's scopes.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export async function authorize(options: {
  readonly request: ApiRequest;
  readonly authorizer: Authorizer;
  readonly routeScopes: readonly string[];
  readonly issuer: Issuer;
  /** Milliseconds since 1970. */
  readonly now: number;
}): Promise<Authorized | Unauthorized> {
  const { authorizer, issuer, now, request, routeScopes } = options;
  const token = findToken(request, authorizer);
  if (token === undefined) return refusal(401, 'Bearer', 'token not provided');
  const challenge = (error: string, why: string) =>
    `Bearer scope="${routeScopes.join(' ')}" error="${error}" error_description="${printable(why)}"`;
  try {
    const claims = await issuer.verify(token, { issuer: authorizer.issuer, now });
    checkAudience(claims, authorizer.audience);
    checkIssueTime(claims, now);
    const tokenScopes = scopesOf(claims);
    if (routeScopes.length > 0 && !routeScopes.some((scope) => tokenScopes.includes(scope))) {
      const why = 'the token does not have any of the scopes of the route';
      return refusal(403, challenge('insufficient_scope', why), why);
    }
    return {
      isAuthorized: true,
      claims: renderClaims(claims),
      scopes: routeScopes.length > 0 ? tokenScopes : null,
    };
  } catch (error) {
    if (!(error instanceof InvalidTokenError)) throw error;
    return refusal(401, challenge('invalid_token', error.message), error.message);
  }
}

function findToken({ headers, query }: ApiRequest, { source }: Authorizer): string | undefined {
  const value = source.kind === 'header' ? headers[source.name] : new URLSearchParams(query).get(source.name);
  const token = value?.replace(/^Bearer +/i, '').trim();
  return token === '' ? undefined : token;
}

/** `client_id` counts only when there is no `aud`. */
function checkAudience({ aud, client_id: clientId }: JsonObject, audience: readonly string[]): void {
  const named = [aud ?? clientId].flat();
  if (named.some((each) => typeof each === 'string' && audience.includes(each))) return;
  throw new InvalidTokenError('the token does not have a valid audience');
}

function checkIssueTime({ iat }: JsonObject, now: number): void {
  if (iat === undefined || (typeof iat === 'number' && iat * 1_000 <= now)) return;
  throw new InvalidTokenError('the token was issued in the future');
}

function scopesOf({ scope, scp }: JsonObject): readonly string[] {
  const scopes = scp ?? scope;
  if (Array.isArray(scopes)) return scopes.map(String);
  return typeof scopes === 'string' ? scopes.split(' ').filter((each) => each !== '') : [];
}

/** All as text, as was seen on AWS: a list as `[a b]`, an object as JSON, and null not at all. */
function renderClaims(claims: JsonObject): Record<string, string> {
  const rendered = Object.entries(claims)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, renderClaim(value)] as const);
  return Object.fromEntries(rendered);
}

function renderClaim(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderClaim).join(' ')}]`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function refusal(status: 401 | 403, challenge: string, reason: string): Unauthorized {
  const message = status === 401 ? 'Unauthorized' : 'Forbidden';
  return { isAuthorized: false, answer: refuse(status, message, { 'www-authenticate': challenge }), reason };
}

/** A token's header is whatever its sender wrote. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]|["\\]/g, '?').slice(0, 200);
}
