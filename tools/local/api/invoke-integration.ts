import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Functions } from '../function/functions.ts';
import type { Caller, Engine } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readBody } from '../wire/read-body.ts';
import { type Answer, refuse } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import type { Authorized } from './authorize.ts';
import type { ServedRoute } from './http-api.ts';
import { createProxyEvent } from './proxy-event.ts';
import { readProxyResult } from './read-proxy-result.ts';

export interface IntegrationAnswer {
  readonly answer: Answer;
  readonly bodyBytes?: number;
  /** What Lambda answered; absent when it was not asked, or had not answered in time. */
  readonly status?: number;
  readonly latencyMs?: number;
  /** Why the answer is not the function's. */
  readonly error?: string;
}

/**
 * Has the route's function answer the request, as a service that the function has to let in. What goes wrong is the client's to know
 * by its status alone; the words are for the access log.
 */
export async function invokeIntegration(options: {
  readonly engine: Pick<Engine, 'accountId' | 'clock' | 'region'>;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly request: ApiRequest;
  readonly incoming: IncomingMessage;
  readonly stageName: string;
  readonly route: ServedRoute;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** @default an open route */
  readonly authorized?: Authorized;
}): Promise<IntegrationAnswer> {
  const { authorized, engine, functions, incoming, pathParameters, request, route, stageName } = options;
  const { accountId, clock } = engine;
  const { integration, key } = route;
  if (!integration) return failed(500, `the integration of the route ${key.text} is gone`);
  const body = await readBody(incoming, { limitBytes: BODY_LIMIT }).catch(refuseTooLarge);
  if (!Buffer.isBuffer(body)) return body;

  const traceHeader = `Root=1-${Math.floor(request.time / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const event = createProxyEvent({
    request,
    body,
    accountId,
    port: incoming.socket.localPort ?? 0,
    stage: stageName,
    routeKey: key.text,
    pathParameters,
    authorized,
    traceHeader,
  });
  const caller: Caller = {
    kind: 'service',
    name: 'apigateway.amazonaws.com',
    sourceArn: sourceArnOf(request, route, { ...engine, stageName }),
  };
  const startedAt = clock.now();
  const finish = (rest: Omit<IntegrationAnswer, 'bodyBytes' | 'latencyMs'>): IntegrationAnswer => ({
    ...rest,
    bodyBytes: body.length,
    latencyMs: clock.now() - startedAt,
  });
  try {
    const invocation = await within(clock, integration.timeoutMs, () =>
      functions.invoke(integration.functionArn, JSON.stringify(event), { caller, traceHeader }),
    );
    if (!invocation) return finish(failed(503, `it took longer than ${integration.timeoutMs} ms`));
    const { functionError, payload } = invocation;
    if (functionError !== undefined) {
      return finish({ ...failed(500, `${FUNCTION_ERROR}: ${functionError}. ${ADVICE}`), status: 200 });
    }
    const answer = readProxyResult(payload);
    return finish({ ...(answer ? { answer } : failed(500, WRONG_FORMAT)), status: 200 });
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { code, message, status } = error;
    const why = code === 'AccessDeniedException' ? NO_PERMISSION : message;
    return finish({ ...failed(ANSWERED_STATUS[status] ?? 500, why), status });
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const BODY_LIMIT = 10 * 1_048_576;

/** What the client is answered for what Lambda answered: throttled, and a payload above Lambda's own limit. */
const ANSWERED_STATUS: Readonly<Record<number, keyof typeof MESSAGES>> = { 413: 413, 429: 503 };

const MESSAGES = {
  413: 'Request Entity Too Large',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
} as const;

const ADVICE = 'Check your Lambda function code and try again.';
const FUNCTION_ERROR = 'The Lambda function returned the following error';
const NO_PERMISSION =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. Check the permissions and try again.";
const WRONG_FORMAT =
  "The response from the Lambda function doesn't match the format that API Gateway expects.";

function failed(status: keyof typeof MESSAGES, error: string): IntegrationAnswer {
  return { answer: refuse(status, MESSAGES[status]), error };
}

function refuseTooLarge(error: unknown): IntegrationAnswer {
  if (error instanceof AwsError) return failed(413, error.message);
  throw error;
}

/** The route as the function's permission names it: `…:execute-api:us-east-1:000000000000:a1b2/$default/GET/tasks/{id}`. */
function sourceArnOf(
  { apiId, method }: ApiRequest,
  { key }: ServedRoute,
  options: { readonly accountId: string; readonly region: string; readonly stageName: string },
): string {
  const { accountId, region, stageName } = options;
  const route = key.path === undefined ? '$default' : key.text.replace(/^\w+ /, method);
  return `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stageName}/${route}`;
}

/** What `act` comes to; nothing when it takes longer, and then it goes on alone. */
async function within<T>(
  clock: Engine['clock'],
  timeoutMs: number,
  act: () => Promise<T>,
): Promise<T | undefined> {
  const timedOut = Promise.withResolvers<undefined>();
  const cancel = clock.after(timeoutMs, () => timedOut.resolve(undefined));
  try {
    return await Promise.race([act(), timedOut.promise]);
  } finally {
    cancel();
  }
}
