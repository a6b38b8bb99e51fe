import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';

export interface TestRequest {
  /** As API Gateway names it: `GET /tasks/{id}`. */
  readonly route: string;
  readonly path?: Readonly<Record<string, string>>;
  /** Without the question mark. */
  readonly query?: string;
  /** In lower case. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A Buffer arrives in base 64, anything but a text as JSON. */
  readonly body?: unknown;
  /** The claims of the token; undefined for none. @default ada's */
  readonly claims?: Readonly<Record<string, string>> | undefined;
  /** @default the route's, with the parameters put in */
  readonly rawPath?: string;
}

/** A request as API Gateway hands it to a function: payload 2.0. */
export function httpEvent(request: TestRequest): APIGatewayProxyEventV2 {
  const { route, path = {}, query = '', headers = {}, body } = request;
  const claims = 'claims' in request ? request.claims : { sub: 'ada' };
  const [method = '', template = ''] = route.split(' ');
  const rawPath = request.rawPath ?? template.replace(/\{(\w+)\}/g, (_, name) => path[name] ?? '');
  return {
    version: '2.0',
    routeKey: route,
    rawPath,
    rawQueryString: query,
    headers: {
      host: 'api.example',
      ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(Object.keys(path).length > 0 ? { pathParameters: { ...path } } : {}),
    requestContext: {
      accountId: '111111111111',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: route,
      stage: '$default',
      time: '21/Nov/2026:09:30:00 +0000',
      timeEpoch: 1_795_253_400_000,
      ...(claims === undefined ? {} : { authorizer: { jwt: { claims, scopes: null } } }),
    } as APIGatewayProxyEventV2['requestContext'],
    ...(body === undefined ? {} : { body: textOf(body) }),
    isBase64Encoded: Buffer.isBuffer(body),
  };
}

export const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

function textOf(body: unknown): string {
  if (Buffer.isBuffer(body)) return body.toString('base64');
  return typeof body === 'string' ? body : JSON.stringify(body);
}
