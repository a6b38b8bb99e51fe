import type { Answer } from './answer.ts';

/** An API's `CorsConfiguration`. */
export interface CorsConfiguration {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}

/** The answer to a preflight request, but for what `addCorsHeaders` adds. A browser takes one without headers as a no. */
export function answerPreflight(cors: CorsConfiguration, origin: string | undefined): Answer {
  const { allowHeaders, allowMethods, maxAgeSeconds } = cors;
  const isAllowed = allowedOrigin(cors, origin) !== undefined;
  const headers = {
    ...present('access-control-allow-methods', allowMethods),
    ...present('access-control-allow-headers', allowHeaders),
    ...(maxAgeSeconds !== undefined && { 'access-control-max-age': String(maxAgeSeconds) }),
  };
  return { status: 204, headers: isAllowed ? headers : {}, body: Buffer.alloc(0) };
}

/** The answer with what the API says to an origin that it allows. */
export function addCorsHeaders(answer: Answer, cors: CorsConfiguration, origin: string | undefined): Answer {
  const allowed = allowedOrigin(cors, origin);
  return {
    ...answer,
    headers: {
      ...answer.headers,
      ...(allowed !== undefined && {
        'access-control-allow-origin': allowed,
        ...(cors.allowCredentials && { 'access-control-allow-credentials': 'true' }),
        ...present('access-control-expose-headers', cors.exposeHeaders),
      }),
    },
  };
}

/**
 * Without the function's own headers of CORS: they count for nothing on an API that has its own.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export function withoutCorsHeaders(headers: Answer['headers']): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('access-control-')));
}

function allowedOrigin({ allowOrigins }: CorsConfiguration, origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined;
  if (allowOrigins.includes('*')) return '*';
  const isAllowed = allowOrigins.some(
    (allowed) =>
      allowed === origin || (WHOLE_SCHEMES.includes(allowed) && origin.startsWith(allowed.slice(0, -1))),
  );
  return isAllowed ? origin : undefined;
}

const WHOLE_SCHEMES: readonly string[] = ['http://*', 'https://*'];

function present(name: string, values: readonly string[]): Answer['headers'] {
  return values.length === 0 ? {} : { [name]: values.join(',') };
}
