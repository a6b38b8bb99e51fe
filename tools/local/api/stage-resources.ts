import type { Engine, JsonObject, ResourceProvider } from '../local-service.ts';
import { logGroupOf } from '../rule/write-to-log.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import { type HttpApis, partsOf, type Stage, serveRoutes, type Throttle } from './http-api.ts';
import { partId } from './part-id.ts';
import { requireApi } from './route-resources.ts';

/** The stages that serve HTTP APIs, and the deployments that those serve which do not follow their API. */
export function stageResources(
  { clock }: Pick<Engine, 'clock'>,
  options: { readonly state: HttpApis; readonly hasLogGroup: (name: string) => boolean },
): Readonly<Record<string, ResourceProvider>> {
  const { hasLogGroup, state } = options;
  return {
    'AWS::ApiGatewayV2::Stage': {
      honoured: [
        'AccessLogSettings',
        'ApiId',
        'AutoDeploy',
        'DefaultRouteSettings',
        'DeploymentId',
        'Description',
        'RouteSettings',
        'StageName',
      ],
      withoutEffect: { Tags: 'nothing here reads tags' },
      refusals: ({ DefaultRouteSettings = {}, RouteSettings = {} }) => [
        ...unknownSettings('DefaultRouteSettings', DefaultRouteSettings),
        ...Object.entries(RouteSettings as JsonObject).flatMap(([key, settings]) =>
          unknownSettings(`RouteSettings.${key}`, settings),
        ),
      ],
      async deploy(resource) {
        const read = readProperties(resource.properties);
        const id = partId(resource);
        const apiId = requireApi(state, read.text('ApiId'));
        const name = readStageName(read.text('StageName'));
        const same = partsOf(state.stages, apiId).find((stage) => stage.name === name);
        if (same && same.id !== id) {
          throw new AwsError('ConflictException', `Stage already exists: ${name}`, { status: 409 });
        }
        state.stages.set(id, {
          id,
          apiId,
          name,
          description: read.text('Description'),
          serves: readServed(
            read.boolean('AutoDeploy') ?? false,
            findDeployment(apiId, read.text('DeploymentId')),
          ),
          accessLog: readAccessLog(read.object('AccessLogSettings'), hasLogGroup),
          throttle: readThrottle(read.object('DefaultRouteSettings')),
          routeThrottles: Object.fromEntries(
            Object.entries(read.object('RouteSettings')).map(([key, settings]) => [
              key,
              readThrottle(settings as JsonObject),
            ]),
          ),
          buckets: new Map(),
        });
        // Ref yields the name, which other APIs may have as well: the attribute tells whose it is when it goes.
        return { physicalId: name, attributes: { ApiId: apiId } };
      },
      async remove(name, { ApiId = '' } = {}) {
        for (const stage of partsOf(state.stages, ApiId)) {
          if (stage.name === name) state.stages.delete(stage.id);
        }
      },
    },
    'AWS::ApiGatewayV2::Deployment': {
      honoured: ['ApiId', 'Description'],
      withoutEffect: {},
      async deploy(resource) {
        const read = readProperties(resource.properties);
        const id = partId(resource);
        const apiId = requireApi(state, read.text('ApiId'));
        // A new description is no new deployment.
        const { createdAt = clock.now(), served = serveRoutes(state, apiId) } =
          state.deployments.get(id) ?? {};
        state.deployments.set(id, { id, apiId, description: read.text('Description'), createdAt, served });
        return { physicalId: id, attributes: { DeploymentId: id } };
      },
      async remove(id) {
        state.deployments.delete(id);
      },
    },
  };

  function findDeployment(apiId: string, id: string | undefined): string | undefined {
    if (id === undefined || state.deployments.get(id)?.apiId === apiId) return id;
    throw new AwsError('BadRequestException', `DeploymentId ${id} is no deployment of the API ${apiId}`);
  }
}

const SETTINGS: readonly string[] = [
  // Measures nothing here, and changes nothing for a client.
  'DetailedMetricsEnabled',
  'ThrottlingBurstLimit',
  'ThrottlingRateLimit',
];

function unknownSettings(property: string, settings: unknown): readonly string[] {
  return Object.keys(settings as JsonObject)
    .filter((name) => !SETTINGS.includes(name))
    .map((name) => `${property}.${name}`);
}

function readStageName(name = ''): string {
  if (name === '$default' || /^[\w-]{1,128}$/.test(name)) return name;
  throw new AwsError(
    'BadRequestException',
    `StageName "${name}" is neither $default nor made of letters, digits, hyphens and underscores`,
  );
}

function readServed(isAutoDeployed: boolean, deploymentId: string | undefined): Stage['serves'] {
  if (!isAutoDeployed) return deploymentId === undefined ? undefined : { deploymentId };
  if (deploymentId === undefined) return 'latest';
  throw new AwsError('BadRequestException', 'DeploymentId is for a stage without AutoDeploy');
}

function readAccessLog(settings: JsonObject, hasLogGroup: (name: string) => boolean): Stage['accessLog'] {
  if (Object.keys(settings).length === 0) return undefined;
  const read = readProperties(settings);
  const arn = read.text('DestinationArn') ?? '';
  const group = logGroupOf(arn);
  if (!arn.startsWith('arn:aws:logs:') || !hasLogGroup(group)) {
    throw new AwsError(
      'BadRequestException',
      `AccessLogSettings.DestinationArn "${arn}" is no log group here`,
    );
  }
  const format = read.text('Format') ?? '';
  if (!/\$context\.(requestId|extendedRequestId)\b/.test(format) || format.trimEnd().includes('\n')) {
    throw new AwsError(
      'BadRequestException',
      'AccessLogSettings.Format must be a single line with $context.requestId in it',
    );
  }
  return { group, format: format.trimEnd() };
}

function readThrottle(settings: JsonObject): Throttle {
  const read = readProperties(settings);
  return {
    ...(settings.ThrottlingRateLimit !== undefined && { rate: read.number('ThrottlingRateLimit') }),
    ...(settings.ThrottlingBurstLimit !== undefined && { burst: read.number('ThrottlingBurstLimit') }),
  };
}
