import type { JsonObject, ResourceProvider } from '../local-service.ts';
import { createApiDestination, updateApiDestination } from './api-destinations.ts';
import { createConnection, updateConnection } from './connections.ts';
import type { EventsContext } from './events-context.ts';
import { refusalOfEndpoint } from './loopback-url.ts';
import { optionalText } from './request.ts';

/** `AWS::Events::Connection` and `AWS::Events::ApiDestination`. */
export function apiDestinationResources(context: EventsContext): Record<string, ResourceProvider> {
  return {
    'AWS::Events::Connection': connectionProvider(context),
    'AWS::Events::ApiDestination': apiDestinationProvider(context),
  };
}

function connectionProvider(context: EventsContext): ResourceProvider {
  return {
    honoured: ['Name', 'Description', 'AuthorizationType', 'AuthParameters'],
    withoutEffect: { KmsKeyIdentifier: 'secrets stay in the memory of this process' },
    refusals: ({ AuthorizationType: type }) =>
      type === 'OAUTH_CLIENT_CREDENTIALS' ? [`AuthorizationType ${type}`] : [],
    async deploy({ properties, generatedName }) {
      const name = optionalText(properties, 'Name') ?? generatedName.slice(0, 64);
      const earlier = context.connections.get(name);
      const connection =
        earlier === undefined
          ? createConnection(context, { ...properties, Name: name })
          : updateConnection(context, earlier, properties);
      return { physicalId: name, attributes: { Arn: connection.arn, SecretArn: connection.secretArn } };
    },
    async remove(name) {
      context.connections.delete(name);
    },
  };
}

function apiDestinationProvider(context: EventsContext): ResourceProvider {
  return {
    honoured: [
      'Name',
      'Description',
      'ConnectionArn',
      'InvocationEndpoint',
      'HttpMethod',
      'InvocationRateLimitPerSecond',
    ],
    withoutEffect: {},
    refusals: endpointRefusals,
    async deploy({ properties, generatedName }) {
      const name = optionalText(properties, 'Name') ?? generatedName.slice(0, 64);
      const earlier = context.apiDestinations.get(name);
      const destination =
        earlier === undefined
          ? createApiDestination(context, { ...properties, Name: name })
          : updateApiDestination(context, earlier, properties);
      return { physicalId: name, attributes: { Arn: destination.arn } };
    },
    async remove(name) {
      context.apiDestinations.delete(name);
    },
  };
}

function endpointRefusals({ InvocationEndpoint: endpoint }: JsonObject): readonly string[] {
  const refusal = typeof endpoint === 'string' ? refusalOfEndpoint(endpoint) : undefined;
  return refusal === undefined ? [] : [`InvocationEndpoint: ${refusal}`];
}
