import type { ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import { type Authorizer, type HttpApis, partsOf } from './http-api.ts';
import { partId } from './part-id.ts';
import { parseRouteKey } from './route-key.ts';

/** The routes of HTTP APIs, what they lead to and who may take them. */
export function routeResources(state: HttpApis): Readonly<Record<string, ResourceProvider>> {
  return {
    'AWS::ApiGatewayV2::Route': routeResource(state),
    'AWS::ApiGatewayV2::Integration': integrationResource(state),
    'AWS::ApiGatewayV2::Authorizer': authorizerResource(state),
  };
}

function routeResource(state: HttpApis): ResourceProvider {
  return {
    honoured: ['ApiId', 'AuthorizationScopes', 'AuthorizationType', 'AuthorizerId', 'RouteKey', 'Target'],
    withoutEffect: { OperationName: 'for people only' },
    refusals: ({ AuthorizationType = 'NONE', Target }) => [
      ...oneOf('AuthorizationType', AuthorizationType, ['NONE', 'JWT']),
      ...(Target === undefined ? ['Target (a route without an integration answers nothing)'] : []),
    ],
    async deploy(resource) {
      const read = readProperties(resource.properties);
      const id = partId(resource);
      const apiId = requireApi(state, read.text('ApiId'));
      const key = parseRouteKey(read.text('RouteKey') ?? '');
      const same = partsOf(state.routes, apiId).find((route) => route.key.text === key.text);
      if (same && same.id !== id) {
        throw new AwsError('ConflictException', `Route with key ${key.text} already exists for this API`, {
          status: 409,
        });
      }
      const [, integrationId = ''] = /^integrations\/(.+)$/.exec(read.text('Target') ?? '') ?? [];
      requirePart(
        'integration',
        state.integrations.get(integrationId),
        apiId,
        `Target ${read.text('Target')}`,
      );
      const scopes = read.list('AuthorizationScopes').map(String);
      const isOpen = (read.text('AuthorizationType') ?? 'NONE') === 'NONE';
      const authorizerId = read.text('AuthorizerId');
      if (isOpen && (authorizerId !== undefined || scopes.length > 0)) {
        throw new AwsError(
          'BadRequestException',
          'AuthorizerId and AuthorizationScopes are for AuthorizationType JWT: say so, or take them out',
        );
      }
      if (!isOpen) {
        const authorizer = state.authorizers.get(authorizerId ?? '');
        requirePart('authorizer', authorizer, apiId, `AuthorizerId ${authorizerId}`);
      }
      state.routes.set(id, { id, apiId, key, integrationId, authorizerId, scopes });
      return { physicalId: id, attributes: { RouteId: id } };
    },
    async remove(id) {
      state.routes.delete(id);
    },
  };
}

function integrationResource(state: HttpApis): ResourceProvider {
  return {
    honoured: [
      'ApiId',
      'ConnectionType',
      'Description',
      'IntegrationMethod',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'TimeoutInMillis',
    ],
    withoutEffect: {},
    refusals: ({ ConnectionType = 'INTERNET', IntegrationMethod = 'POST', ...properties }) => [
      ...oneOf('IntegrationType', properties.IntegrationType, ['AWS_PROXY']),
      ...oneOf('PayloadFormatVersion', properties.PayloadFormatVersion, ['2.0']),
      ...oneOf('ConnectionType', ConnectionType, ['INTERNET']),
      ...oneOf('IntegrationMethod', IntegrationMethod, ['POST']),
    ],
    async deploy(resource) {
      const read = readProperties(resource.properties);
      const id = partId(resource);
      const timeoutMs = read.number('TimeoutInMillis') ?? LONGEST_MS;
      if (timeoutMs < 50 || timeoutMs > LONGEST_MS) {
        throw new AwsError(
          'BadRequestException',
          `Timeout should be between 50 ms and ${LONGEST_MS} ms, not ${timeoutMs}`,
        );
      }
      state.integrations.set(id, {
        id,
        apiId: requireApi(state, read.text('ApiId')),
        functionArn: functionArn(read.text('IntegrationUri') ?? ''),
        timeoutMs,
        description: read.text('Description'),
      });
      return { physicalId: id, attributes: { IntegrationId: id } };
    },
    async remove(id) {
      state.integrations.delete(id);
    },
  };
}

const LONGEST_MS = 30_000;

/** A function's ARN, alone or in the path of Lambda's invocation. */
function functionArn(uri: string): string {
  const [arn] = /arn:aws:lambda:[\w-]+:\d{12}:function:[\w-]+(?=$|\/invocations$)/.exec(uri) ?? [];
  if (arn !== undefined) return arn;
  throw new AwsError('BadRequestException', `IntegrationUri "${uri}" is not the ARN of a function`);
}

function authorizerResource(state: HttpApis): ResourceProvider {
  return {
    honoured: ['ApiId', 'AuthorizerType', 'IdentitySource', 'JwtConfiguration', 'Name'],
    withoutEffect: {},
    refusals: ({ AuthorizerType }) => oneOf('AuthorizerType', AuthorizerType, ['JWT']),
    async deploy(resource) {
      const read = readProperties(resource.properties);
      const jwt = readProperties(read.object('JwtConfiguration'));
      const id = partId(resource);
      const issuer = jwt.text('Issuer');
      const audience = jwt.list('Audience').map(String);
      if (issuer === undefined || audience.length === 0) {
        throw new AwsError('BadRequestException', 'JwtConfiguration needs an Issuer and an Audience');
      }
      state.authorizers.set(id, {
        id,
        apiId: requireApi(state, read.text('ApiId')),
        name: read.text('Name') ?? '',
        issuer,
        audience,
        source: readSource(read.list('IdentitySource')),
      });
      return { physicalId: id, attributes: { AuthorizerId: id } };
    },
    async remove(id) {
      state.authorizers.delete(id);
    },
  };
}

function readSource(sources: readonly unknown[]): Authorizer['source'] {
  const [, kind, name = ''] = /^\$request\.(header|querystring)\.([\w-]+)$/.exec(String(sources[0])) ?? [];
  if (sources.length === 1 && kind === 'header') return { kind, name: name.toLowerCase() };
  if (sources.length === 1 && kind === 'querystring') return { kind, name };
  throw new AwsError(
    'BadRequestException',
    `IdentitySource ${JSON.stringify(sources)} is not one of $request.header.NAME and $request.querystring.NAME`,
  );
}

/** The refusal of a value that is none of these; nothing for an intrinsic function, which is not known yet. */
function oneOf(property: string, value: unknown, supported: readonly string[]): readonly string[] {
  if (typeof value === 'object' || supported.includes(String(value))) return [];
  return [`${property} ${value} (supported: ${supported.join(', ')})`];
}

/** The id of an API that is there. */
export function requireApi({ apis }: HttpApis, id = ''): string {
  if (apis.has(id)) return id;
  throw new AwsError('NotFoundException', `Invalid API identifier specified ${id}`, { status: 404 });
}

function requirePart(
  what: string,
  part: { readonly apiId: string } | undefined,
  apiId: string,
  named: string,
): void {
  if (part?.apiId === apiId) return;
  throw new AwsError('BadRequestException', `${named} is no ${what} of the API ${apiId}`);
}
