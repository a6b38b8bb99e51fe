import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { OperationResponse, ProblemDetails } from './contract.ts';
import { namesEtag } from './etag.ts';

/** What an operation answers, as API Gateway takes it; 304 without a body when the caller names its ETag. */
export function respond(
  { status, headers = {}, body, problem }: OperationResponse,
  { requestId, ifNoneMatch }: { readonly requestId: string; readonly ifNoneMatch: string | undefined },
): APIGatewayProxyStructuredResultV2 {
  if (problem) return respondProblem(status, problem, { requestId, headers });
  const { etag } = headers;
  const shared = {
    ...defined(headers),
    'cache-control': etag === undefined ? 'no-store' : 'private, no-cache',
  };
  if (status === 200 && etag !== undefined && ifNoneMatch !== undefined && namesEtag(ifNoneMatch, etag)) {
    return { statusCode: 304, headers: shared };
  }
  if (body === undefined) return { statusCode: status, headers: shared };
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: { 'content-type': isText ? 'text/csv; charset=utf-8' : 'application/json', ...shared },
    body: isText ? body : JSON.stringify(body),
  };
}

/** A problem as RFC 9457 has it. */
export function respondProblem(
  status: number,
  { detail, type, errors }: ProblemDetails,
  {
    requestId,
    headers = {},
  }: { readonly requestId: string; readonly headers?: Readonly<Record<string, string | undefined>> },
): APIGatewayProxyStructuredResultV2 {
  const [title, name] = kinds[status] ?? ['Error', 'error'];
  return {
    statusCode: status,
    headers: {
      'content-type': 'application/problem+json',
      'cache-control': 'no-store',
      ...defined(headers),
    },
    body: JSON.stringify({
      type: `urn:fanbus:problem:${type ?? name}`,
      title,
      status,
      detail,
      instance: `urn:fanbus:request:${requestId}`,
      ...(errors === undefined ? {} : { errors: errors.slice(0, ERRORS_MOST) }),
    }),
  };
}

/** Of a body that is nothing but faults, these are enough to put it right by. */
const ERRORS_MOST = 20;

/** By status: HTTP's words for it, and the kind that it is when an operation names none. */
const kinds: Readonly<Record<number, readonly [title: string, name: string]>> = {
  400: ['Bad Request', 'invalid-request'],
  401: ['Unauthorized', 'unauthorized'],
  403: ['Forbidden', 'forbidden'],
  404: ['Not Found', 'not-found'],
  405: ['Method Not Allowed', 'method-not-allowed'],
  409: ['Conflict', 'conflict'],
  412: ['Precondition Failed', 'precondition-failed'],
  413: ['Content Too Large', 'too-large'],
  415: ['Unsupported Media Type', 'unsupported-media-type'],
  422: ['Unprocessable Content', 'unprocessable'],
  431: ['Request Header Fields Too Large', 'headers-too-large'],
  500: ['Internal Server Error', 'internal'],
};

function defined(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
