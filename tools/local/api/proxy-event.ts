import type { JsonObject } from '../local-service.ts';
import type { ApiRequest } from './api-request.ts';
import type { Authorized } from './authorize.ts';
import { clfTime } from './clf-time.ts';

/**
 * What a function is given of a request: payload format 2.0.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function createProxyEvent(options: {
  readonly request: ApiRequest;
  readonly body: Buffer;
  readonly accountId: string;
  readonly port: number;
  readonly stage: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** @default an open route */
  readonly authorized?: Authorized;
  /** The trace's `X-Amzn-Trace-Id`. */
  readonly traceHeader: string;
}): JsonObject {
  const { accountId, authorized, body, pathParameters, port, request, routeKey, stage, traceHeader } =
    options;
  const { apiId, cookies, method, protocol, query, sourceIp, time } = request;
  const rawPath = decodeURIComponent(request.path);
  const queryParameters = joinParameters(query);
  const isBase64Encoded = body.length > 0 && !isText(request.headers['content-type']);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookies.length > 0 && { cookies }),
    headers: eventHeaders(request, { bytes: body.length, port, traceHeader }),
    ...(Object.keys(queryParameters).length > 0 && { queryStringParameters: queryParameters }),
    requestContext: {
      accountId,
      apiId,
      ...(authorized && { authorizer: { jwt: { claims: authorized.claims, scopes: authorized.scopes } } }),
      domainName: request.headers.host ?? '',
      domainPrefix: apiId,
      http: {
        method,
        path: rawPath,
        protocol,
        sourceIp,
        userAgent: request.headers['user-agent'] ?? '',
      },
      requestId: request.id,
      routeKey,
      stage,
      time: clfTime(time),
      timeEpoch: time,
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
}

/** `a=1&b=2&a=3` -> `{ a: '1,3', b: '2' }`, decoded. */
function joinParameters(query: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    parameters[name] = Object.hasOwn(parameters, name) ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** As was seen on AWS: a form is not text, nor is a body of no type. */
function isText(contentType = ''): boolean {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || TEXT_TYPES.includes(type);
}

const TEXT_TYPES: readonly string[] = ['application/javascript', 'application/json', 'application/xml'];

function eventHeaders(
  { headers, sourceIp }: ApiRequest,
  { bytes, port, traceHeader }: { bytes: number; port: number; traceHeader: string },
): Readonly<Record<string, string>> {
  const sent = Object.entries(headers).filter(([name]) => !CONNECTION_HEADERS.includes(name));
  const forwardedFor = headers['x-forwarded-for'];
  return {
    ...Object.fromEntries(sent),
    'content-length': String(bytes),
    'x-amzn-trace-id': traceHeader,
    'x-forwarded-for': forwardedFor === undefined ? sourceIp : `${forwardedFor}, ${sourceIp}`,
    'x-forwarded-port': String(port),
    'x-forwarded-proto': 'http',
  };
}

/** They are about the connection to the gateway, and end there. */
const CONNECTION_HEADERS: readonly string[] = [
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'transfer-encoding',
  'upgrade',
];
