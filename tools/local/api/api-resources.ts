import type { Engine, JsonObject, ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import { EXECUTE_PATH } from './api-request.ts';
import type { CorsConfiguration } from './cors.ts';
import type { HttpApis } from './http-api.ts';
import { partId } from './part-id.ts';
import { routeResources } from './route-resources.ts';
import { stageResources } from './stage-resources.ts';

/** What a template may declare of API Gateway: HTTP APIs. */
export function apiResources(
  engine: Engine,
  options: { readonly state: HttpApis; readonly hasLogGroup: (name: string) => boolean },
): Readonly<Record<string, ResourceProvider>> {
  return {
    'AWS::ApiGatewayV2::Api': apiResource(engine, options.state),
    ...routeResources(options.state),
    ...stageResources(engine, options),
  };
}

function apiResource({ clock, endpoint }: Engine, { apis }: HttpApis): ResourceProvider {
  return {
    honoured: ['CorsConfiguration', 'Description', 'DisableExecuteApiEndpoint', 'Name', 'ProtocolType'],
    withoutEffect: {
      IpAddressType: 'everything is on 127.0.0.1',
      Tags: 'nothing here reads tags',
      Version: 'for people only',
    },
    refusals: ({ DisableExecuteApiEndpoint, ProtocolType }) => [
      ...(ProtocolType === 'HTTP' ? [] : [`ProtocolType ${JSON.stringify(ProtocolType)} (supported: HTTP)`]),
      ...(String(DisableExecuteApiEndpoint) === 'true'
        ? ['DisableExecuteApiEndpoint true (there are no custom domains here, so nothing would be left)']
        : []),
    ],
    async deploy(resource) {
      const read = readProperties(resource.properties);
      const id = partId(resource, 10);
      apis.set(id, {
        id,
        name: read.text('Name') ?? '',
        description: read.text('Description'),
        cors: readCors(read.object('CorsConfiguration')),
        createdAt: apis.get(id)?.createdAt ?? clock.now(),
      });
      return {
        physicalId: id,
        attributes: { ApiEndpoint: `${endpoint()}${EXECUTE_PATH}${id}`, ApiId: id },
      };
    },
    async remove(id) {
      apis.delete(id);
    },
  };
}

function readCors(properties: JsonObject): CorsConfiguration | undefined {
  if (Object.keys(properties).length === 0) return undefined;
  const read = readProperties(properties);
  const texts = (name: string) => read.list(name).map(String);
  const cors = {
    allowOrigins: texts('AllowOrigins'),
    allowMethods: texts('AllowMethods'),
    allowHeaders: texts('AllowHeaders').map((name) => name.toLowerCase()),
    exposeHeaders: texts('ExposeHeaders').map((name) => name.toLowerCase()),
    allowCredentials: read.boolean('AllowCredentials') ?? false,
    maxAgeSeconds: read.number('MaxAge'),
  };
  if (cors.allowCredentials && cors.allowOrigins.includes('*')) {
    throw new AwsError(
      'BadRequestException',
      "AllowCredentials cannot be true while AllowOrigins has '*': name the origins",
    );
  }
  return cors;
}
