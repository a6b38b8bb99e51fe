import type { Answer } from './answer.ts';
import type { ApiRequest } from './api-request.ts';
import { clfTime } from './clf-time.ts';
import type { IntegrationAnswer } from './invoke-integration.ts';

/** What is known of a request at its end. */
export interface Access {
  readonly accountId: string;
  readonly request: ApiRequest;
  readonly answer: Answer;
  readonly stageName: string;
  readonly routeKey?: string;
  readonly claims?: Readonly<Record<string, string>>;
  readonly authorizerError?: string;
  readonly integration?: IntegrationAnswer;
  readonly latencyMs: number;
}

/**
 * A line of the access log: the format with its `$context.name` filled in, and `-` for what is not there. Quotes and control characters
 * in values are escaped as in JSON, so no client can forge a line.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging-variables.html
 */
export function renderAccessLog(format: string, access: Access): string {
  const values = valuesOf(access);
  return format.replace(/\$context\.(\w+(?:\.[\w-]+)*)/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    return value === undefined ? '-' : JSON.stringify(String(value)).slice(1, -1);
  });
}

function valuesOf(access: Access): Readonly<Record<string, string | number | undefined>> {
  const { accountId, answer, authorizerError, claims = {}, integration, latencyMs, request } = access;
  const { routeKey, stageName } = access;
  const message = errorMessage(access);
  return {
    accountId,
    apiId: request.apiId,
    'authorizer.error': authorizerError,
    ...Object.fromEntries(
      Object.entries(claims).map(([name, claim]) => [`authorizer.claims.${name}`, claim]),
    ),
    domainName: request.headers.host,
    domainPrefix: request.apiId,
    'error.message': message,
    'error.messageString': message && `"${message}"`,
    extendedRequestId: request.id,
    httpMethod: request.method,
    'identity.sourceIp': request.sourceIp,
    'identity.userAgent': request.headers['user-agent'],
    'integration.error': integration?.error,
    'integration.integrationStatus': integration?.status,
    'integration.latency': integration?.latencyMs,
    'integration.status': integration?.error === undefined ? integration?.answer.status : undefined,
    integrationErrorMessage: integration?.error,
    integrationLatency: integration?.latencyMs,
    integrationStatus: integration?.status,
    path: decodeURIComponent(request.path),
    protocol: request.protocol,
    requestId: request.id,
    requestTime: clfTime(request.time),
    requestTimeEpoch: request.time,
    responseLatency: latencyMs,
    responseLength: answer.body.length,
    routeKey,
    stage: stageName,
    status: answer.status,
  };
}

/** Of API Gateway's own answers only. */
function errorMessage({ answer, integration }: Access): string | undefined {
  if (answer.status < 400 || (integration && integration.error === undefined)) return undefined;
  return JSON.parse(answer.body.toString()).message;
}
