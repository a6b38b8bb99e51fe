import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonOperation } from '../local-service.ts';
import type { Connection } from './connections.ts';
import type { EventsContext } from './events-context.ts';
import { refusalOfEndpoint } from './loopback-url.ts';
import {
  alreadyExists,
  constraint,
  invalid,
  notFound,
  optionalText,
  optionalWhole,
  page,
  present,
  requireName,
  requireText,
  timestamp,
} from './request.ts';

/** An HTTP endpoint as a target of rules. */
export interface ApiDestination {
  readonly name: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  description: string | undefined;
  connection: Connection;
  /** May hold `*` in its path, for a target's path values. */
  endpoint: string;
  method: string;
  ratePerSecond: number;
}

/** CreateApiDestination, DescribeApiDestination, ListApiDestinations, UpdateApiDestination and DeleteApiDestination. */
export function apiDestinationOperations(context: EventsContext): Record<string, JsonOperation> {
  const { apiDestinations } = context;
  return {
    CreateApiDestination: (input) => summary(context, createApiDestination(context, input)),
    DescribeApiDestination(input) {
      const destination = requireApiDestination(context, input);
      return present({ ...listed(context, destination), Description: destination.description });
    },
    ListApiDestinations(input) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const connectionArn = optionalText(input, 'ConnectionArn');
      const found = [...apiDestinations.values()].filter(
        ({ name, connection }) =>
          name.startsWith(prefix) && (connectionArn ?? connection.arn) === connection.arn,
      );
      return page(
        input,
        'ApiDestinations',
        found.map((destination) => listed(context, destination)),
      );
    },
    UpdateApiDestination(input) {
      const destination = requireApiDestination(context, input);
      return summary(context, updateApiDestination(context, destination, input));
    },
    DeleteApiDestination(input) {
      apiDestinations.delete(requireApiDestination(context, input).name);
      return {};
    },
  };
}

/** Makes an API destination from the members of CreateApiDestination. Its endpoint must be on this machine. */
export function createApiDestination(context: EventsContext, input: JsonObject): ApiDestination {
  const { engine, apiDestinations } = context;
  const name = requireName(input, 'Name', 64);
  if (apiDestinations.has(name)) throw alreadyExists(`An api-destination ${name}`);
  const destination: ApiDestination = {
    name,
    arn: `arn:aws:events:${engine.region}:${engine.accountId}:api-destination/${name}/${randomUUID()}`,
    createdAt: engine.clock.now(),
    modifiedAt: engine.clock.now(),
    description: optionalText(input, 'Description'),
    connection: readConnection(context, requireText(input, 'ConnectionArn')),
    endpoint: readEndpoint(requireText(input, 'InvocationEndpoint')),
    method: readMethod(requireText(input, 'HttpMethod')),
    ratePerSecond: readRate(input) ?? defaultRate,
  };
  apiDestinations.set(name, destination);
  return destination;
}

/** Changes what the members name and leaves the rest. */
export function updateApiDestination(
  context: EventsContext,
  destination: ApiDestination,
  input: JsonObject,
): ApiDestination {
  const connectionArn = optionalText(input, 'ConnectionArn');
  const endpoint = optionalText(input, 'InvocationEndpoint');
  const method = optionalText(input, 'HttpMethod');
  return Object.assign(destination, {
    ...(connectionArn !== undefined && { connection: readConnection(context, connectionArn) }),
    ...(endpoint !== undefined && { endpoint: readEndpoint(endpoint) }),
    ...(method !== undefined && { method: readMethod(method) }),
    description: optionalText(input, 'Description') ?? destination.description,
    ratePerSecond: readRate(input) ?? destination.ratePerSecond,
    modifiedAt: context.engine.clock.now(),
  });
}

const defaultRate = 300;

function requireApiDestination({ apiDestinations }: EventsContext, input: JsonObject): ApiDestination {
  const name = requireText(input, 'Name');
  const destination = apiDestinations.get(name);
  if (destination === undefined) throw notFound(`An api-destination ${name}`);
  return destination;
}

function readConnection({ connections }: EventsContext, arn: string): Connection {
  const connection = connections.get(arn.split('/')[1] ?? '');
  if (connection?.arn !== arn) throw notFound(`Connection '${arn}'`);
  return connection;
}

function readEndpoint(endpoint: string): string {
  const refusal = refusalOfEndpoint(endpoint);
  if (refusal !== undefined) throw invalid(`Parameter InvocationEndpoint is not valid. Reason: ${refusal}.`);
  return endpoint;
}

function readMethod(method: string): string {
  if (methods.includes(method)) return method;
  throw constraint('httpMethod', method, `satisfy enum value set: [${methods.join(', ')}]`);
}

const methods: readonly string[] = ['POST', 'GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE'];

function readRate(input: JsonObject): number | undefined {
  return optionalWhole(input, 'InvocationRateLimitPerSecond', { min: 1, max: Number.MAX_SAFE_INTEGER });
}

function summary({ connections }: EventsContext, destination: ApiDestination): JsonObject {
  const { connection } = destination;
  return {
    ApiDestinationArn: destination.arn,
    ApiDestinationState: connections.get(connection.name) === connection ? 'ACTIVE' : 'INACTIVE',
    CreationTime: timestamp(destination.createdAt),
    LastModifiedTime: timestamp(destination.modifiedAt),
  };
}

function listed(context: EventsContext, destination: ApiDestination): JsonObject {
  return {
    ...summary(context, destination),
    Name: destination.name,
    ConnectionArn: destination.connection.arn,
    InvocationEndpoint: destination.endpoint,
    HttpMethod: destination.method,
    InvocationRateLimitPerSecond: destination.ratePerSecond,
  };
}
