import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logs } from '../function/create-logs.ts';
import type { Functions } from '../function/functions.ts';
import type { Engine, PathHandler } from '../local-service.ts';
import { renderAccessLog } from './access-log.ts';
import { type Answer, refuse } from './answer.ts';
import { type ApiRequest, readApiRequest } from './api-request.ts';
import { type Authorized, authorize } from './authorize.ts';
import { addCorsHeaders, answerPreflight, withoutCorsHeaders } from './cors.ts';
import {
  type HttpApi,
  type HttpApis,
  partsOf,
  type ServedRoute,
  type Stage,
  serveRoutes,
} from './http-api.ts';
import { type IntegrationAnswer, invokeIntegration } from './invoke-integration.ts';
import type { Issuer } from './issuer.ts';
import { type Selected, selectRoute } from './select-route.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Answers requests to HTTP APIs as API Gateway does: by stage, route, limits, authorizer and function. */
export function createExecuteApi(options: {
  readonly engine: Engine;
  readonly state: HttpApis;
  readonly functions: Pick<Functions, 'invoke'>;
  readonly logs: Pick<Logs, 'write'>;
  readonly issuer: () => Promise<Issuer>;
}): PathHandler {
  const { engine, functions, issuer, logs, state } = options;
  const { accountId, clock, observations } = engine;

  return async (incoming, response) => {
    const call: Call = { request: readApiRequest(incoming, clock.now()), incoming };
    const { request } = call;
    const api = state.apis.get(request.apiId);
    const answer = api ? await answerCall(api, call) : unknownApi(request.apiId);
    const sent = api?.cors ? addCorsHeaders(answer, api.cors, request.headers.origin) : answer;
    send(response, sent, request.id);
    // What is left of a refused body has to be read, or the client would never come to the answer.
    incoming.resume();
    observations.report({
      kind: 'requested',
      service: 'execute-api',
      operation: call.route?.key.text ?? `${request.method} ${request.path}`,
      caller: 'user',
      bytes: call.integration?.bodyBytes ?? Number(request.headers['content-length'] ?? 0),
      status: sent.status,
    });
    logAccess(call, sent);
  };

  async function answerCall(api: HttpApi, call: Call): Promise<Answer> {
    const { request } = call;
    if (request.headBytes > HEAD_LIMIT) return refuse(431, 'Request Header Fields Too Large');
    if (!isDecodable(request.path)) return refuse(400, 'Bad Request');
    const { path, stage } = findStage(api.id, request.path);
    if (!stage) return refuse(404, 'Not Found');
    call.stage = stage;
    const selected = selectRoute(servedBy(stage), request.method, path);
    if (selected) return answerRoute(api, stage, selected, call);
    return api.cors && request.method === 'OPTIONS'
      ? answerPreflight(api.cors, request.headers.origin)
      : refuse(404, 'Not Found');
  }

  async function answerRoute(
    api: HttpApi,
    stage: Stage,
    { parameters, route }: Selected<ServedRoute>,
    call: Call,
  ): Promise<Answer> {
    const { incoming, request } = call;
    call.route = route;
    if (!takeToken(stage, route.key.text)) return refuse(429, 'Too Many Requests');
    if (route.authorizer) {
      const authorization = await authorize({
        request,
        authorizer: route.authorizer,
        routeScopes: route.scopes,
        issuer: await issuer(),
        now: request.time,
      });
      if (!authorization.isAuthorized) {
        call.authorizerError = authorization.reason;
        return authorization.answer;
      }
      call.authorized = authorization;
    }
    call.integration = await invokeIntegration({
      engine,
      functions,
      request,
      incoming,
      stageName: stage.name,
      route,
      pathParameters: parameters,
      authorized: call.authorized,
    });
    const { answer } = call.integration;
    return api.cors ? { ...answer, headers: withoutCorsHeaders(answer.headers) } : answer;
  }

  /** The stage whose name is the path's first segment, else `$default`; and what is left of the path. */
  function findStage(apiId: string, path: string): { stage?: Stage; path: string } {
    const stages = partsOf(state.stages, apiId);
    const [, first = ''] = path.split('/');
    const named = stages.find(({ name }) => name === first);
    if (named) return { stage: named, path: path.slice(1 + first.length) || '/' };
    return { stage: stages.find(({ name }) => name === '$default'), path };
  }

  function servedBy({ apiId, serves }: Stage): readonly ServedRoute[] {
    if (serves === 'latest') return serveRoutes(state, apiId);
    return serves === undefined ? [] : (state.deployments.get(serves.deploymentId)?.served ?? []);
  }

  function takeToken({ buckets, routeThrottles, throttle }: Stage, routeKey: string): boolean {
    const { burst, rate } = { ...throttle, ...routeThrottles[routeKey] };
    if (burst === undefined && rate === undefined) return true;
    const now = clock.now();
    const bucket =
      buckets.get(routeKey) ??
      createTokenBucket({ rate: rate ?? ACCOUNT_RATE, burst: burst ?? ACCOUNT_BURST, now });
    buckets.set(routeKey, bucket);
    return bucket.take(now);
  }

  function unknownApi(apiId: string): Answer {
    const known = [...state.apis.values()].map(({ id, name }) => `${id} (${name})`);
    return refuse(404, `there is no API "${apiId}" here; there is ${known.join(', ') || 'none'}`);
  }

  function logAccess(call: Call, answer: Answer): void {
    const { authorized, authorizerError, integration, request, route, stage } = call;
    if (!stage?.accessLog) return;
    const { format, group } = stage.accessLog;
    const line = renderAccessLog(format, {
      accountId,
      request,
      answer,
      stageName: stage.name,
      routeKey: route?.key.text,
      claims: authorized?.claims,
      authorizerError,
      integration,
      latencyMs: clock.now() - request.time,
    });
    logs.write(group, `${request.apiId}-${stage.name}`, line);
  }
}

/** A request on its way, and what has become known of it. */
interface Call {
  readonly request: ApiRequest;
  readonly incoming: IncomingMessage;
  stage?: Stage;
  route?: ServedRoute;
  authorized?: Authorized;
  authorizerError?: string;
  integration?: IntegrationAnswer;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const HEAD_LIMIT = 10_240;
const ACCOUNT_RATE = 10_000;
const ACCOUNT_BURST = 5_000;

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}

function send(response: ServerResponse, { body, headers, status }: Answer, requestId: string): void {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, {
    ...headers,
    'apigw-requestid': requestId,
    ...(hasBody && { 'content-length': body.length }),
  });
  response.end(hasBody ? body : undefined);
}
