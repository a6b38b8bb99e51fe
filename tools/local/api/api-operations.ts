import type { IncomingMessage } from 'node:http';
import type { Engine, JsonObject, Protocol } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { toAwsError } from '../wire/render-error.ts';
import { EXECUTE_PATH } from './api-request.ts';
import {
  type Authorizer,
  type HttpApi,
  type HttpApis,
  type Integration,
  partsOf,
  type Route,
  type Stage,
} from './http-api.ts';

/** API Gateway's REST API for HTTP APIs, as far as it reads. They are made by templates. */
export function createApiOperations(engine: Engine, state: HttpApis): Extract<Protocol, { kind: 'http' }> {
  const describeApi = (api: HttpApi): JsonObject => ({
    apiEndpoint: `${engine.endpoint()}${EXECUTE_PATH}${api.id}`,
    apiId: api.id,
    apiKeySelectionExpression: '$request.header.x-api-key',
    ...(api.cors && { corsConfiguration: describeCors(api.cors) }),
    createdDate: new Date(api.createdAt).toISOString(),
    ...(api.description !== undefined && { description: api.description }),
    disableExecuteApiEndpoint: false,
    name: api.name,
    protocolType: 'HTTP',
    routeSelectionExpression: '$request.method $request.path',
  });
  const requireApi = (id: string): HttpApi => {
    const api = state.apis.get(id);
    if (api) return api;
    throw new AwsError('NotFoundException', `Invalid API identifier specified ${engine.accountId}:${id}`, {
      status: 404,
    });
  };
  const ofApi = (name: string, last: string, answer: (api: HttpApi) => JsonObject): Operation => ({
    name,
    path: new RegExp(`^/v2/apis/([^/]+)${last}$`),
    answer: (id) => answer(requireApi(id)),
  });
  const operations: readonly Operation[] = [
    { name: 'GetApis', path: /^\/v2\/apis$/, answer: () => itemsOf([...state.apis.values()], describeApi) },
    ofApi('GetApi', '', describeApi),
    ofApi('GetRoutes', '/routes', ({ id }) => itemsOf(partsOf(state.routes, id), describeRoute)),
    ofApi('GetIntegrations', '/integrations', ({ id }) =>
      itemsOf(partsOf(state.integrations, id), describeIntegration),
    ),
    ofApi('GetAuthorizers', '/authorizers', ({ id }) =>
      itemsOf(partsOf(state.authorizers, id), describeAuthorizer),
    ),
    ofApi('GetStages', '/stages', ({ id }) => itemsOf(partsOf(state.stages, id), describeStage)),
  ];
  const find = (request: IncomingMessage) =>
    operations.find(({ path }) => request.method === 'GET' && path.test(pathOf(request)));

  return {
    kind: 'http',
    operationOf: (request) => find(request)?.name ?? `${request.method} ${pathOf(request)}`,
    async handle(request, response, caller) {
      const path = pathOf(request);
      try {
        if (caller.kind === 'function') {
          const resource = `arn:aws:apigateway:${engine.region}::${path.replace('/v2', '')}`;
          engine.authority?.authorize(caller, { action: `apigateway:${request.method}`, resource });
        }
        const operation = find(request);
        if (!operation) throw unknownOperation(request, operations);
        send(200, operation.answer(operation.path.exec(path)?.[1] ?? ''));
      } catch (thrown) {
        const { code, message, status } = toAwsError(thrown, `apigateway ${request.method} ${path}`);
        response.setHeader('x-amzn-errortype', code);
        send(status, { message });
      }

      function send(status: number, body: JsonObject): void {
        const text = JSON.stringify(body);
        response.writeHead(status, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
        });
        response.end(text);
      }
    },
  };
}

interface Operation {
  readonly name: string;
  readonly path: RegExp;
  /** `id` is the API's, from the path. */
  readonly answer: (id: string) => JsonObject;
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0]?.replace(/(?<=.)\/$/, '') ?? '/';
}

function unknownOperation(request: IncomingMessage, operations: readonly Operation[]): AwsError {
  const known = operations.map(({ name }) => name).join(', ');
  return new AwsError(
    'UnknownOperationException',
    `the local API Gateway has no operation ${request.method} ${pathOf(request)}; it has ${known}`,
    { status: 404 },
  );
}

/** All of them: nothing here is so many that it needs pages. */
function itemsOf<T>(parts: readonly T[], describe: (part: T) => JsonObject): JsonObject {
  return { items: parts.map(describe) };
}

function describeCors({ maxAgeSeconds, ...cors }: NonNullable<HttpApi['cors']>): JsonObject {
  return { ...cors, ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }) };
}

function describeRoute({ authorizerId, id, integrationId, key, scopes }: Route): JsonObject {
  return {
    apiKeyRequired: false,
    ...(scopes.length > 0 && { authorizationScopes: scopes }),
    authorizationType: authorizerId === undefined ? 'NONE' : 'JWT',
    ...(authorizerId !== undefined && { authorizerId }),
    routeId: id,
    routeKey: key.text,
    target: `integrations/${integrationId}`,
  };
}

function describeIntegration({ description, functionArn, id, timeoutMs }: Integration): JsonObject {
  return {
    connectionType: 'INTERNET',
    ...(description !== undefined && { description }),
    integrationId: id,
    integrationMethod: 'POST',
    integrationType: 'AWS_PROXY',
    integrationUri: functionArn,
    payloadFormatVersion: '2.0',
    timeoutInMillis: timeoutMs,
  };
}

function describeAuthorizer({ audience, id, issuer, name, source }: Authorizer): JsonObject {
  return {
    authorizerId: id,
    authorizerType: 'JWT',
    identitySource: [`$request.${source.kind}.${source.name}`],
    jwtConfiguration: { audience, issuer },
    name,
  };
}

function describeStage({ description, name, serves, throttle }: Stage): JsonObject {
  return {
    autoDeploy: serves === 'latest',
    defaultRouteSettings: {
      detailedMetricsEnabled: false,
      ...(throttle.burst !== undefined && { throttlingBurstLimit: throttle.burst }),
      ...(throttle.rate !== undefined && { throttlingRateLimit: throttle.rate }),
    },
    ...(typeof serves === 'object' && { deploymentId: serves.deploymentId }),
    ...(description !== undefined && { description }),
    stageName: name,
  };
}
