import { randomUUID } from 'node:crypto';
import type { JsonObject, JsonOperation } from '../local-service.ts';
import type { EventsContext } from './events-context.ts';
import {
  alreadyExists,
  constraint,
  invalid,
  listOfObjects,
  notFound,
  optionalObject,
  optionalText,
  page,
  present,
  requireName,
  requireText,
  timestamp,
} from './request.ts';

/** How the requests of API destinations identify themselves, and what is added to each. */
export interface Connection {
  readonly name: string;
  readonly arn: string;
  readonly secretArn: string;
  readonly createdAt: number;
  modifiedAt: number;
  description: string | undefined;
  authorization: Authorization;
  readonly invocation: Invocation;
}

type Authorization =
  | { readonly type: 'BASIC'; readonly username: string; readonly password: string }
  | { readonly type: 'API_KEY'; readonly name: string; readonly value: string };

/** As declared: `{Key, Value, IsValueSecret}`. */
interface Invocation {
  headers: readonly JsonObject[];
  query: readonly JsonObject[];
  body: readonly JsonObject[];
}

/** CreateConnection, DescribeConnection, ListConnections, UpdateConnection and DeleteConnection. */
export function connectionOperations(context: EventsContext): Record<string, JsonOperation> {
  const { connections } = context;
  return {
    CreateConnection: (input) => summary(createConnection(context, input), 'AUTHORIZED'),
    DescribeConnection(input) {
      const connection = requireConnection(context, input);
      return present({
        ...listed(connection),
        Description: connection.description,
        SecretArn: connection.secretArn,
        AuthParameters: describeParameters(connection),
      });
    },
    ListConnections(input) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const state = optionalText(input, 'ConnectionState') ?? 'AUTHORIZED';
      const found = [...connections.values()].filter(
        ({ name }) => name.startsWith(prefix) && state === 'AUTHORIZED',
      );
      return page(input, 'Connections', found.map(listed));
    },
    UpdateConnection(input) {
      const connection = requireConnection(context, input);
      return summary(updateConnection(context, connection, input), 'AUTHORIZED');
    },
    DeleteConnection(input) {
      const connection = requireConnection(context, input);
      connections.delete(connection.name);
      return summary(connection, 'DELETING');
    },
  };
}

/** Makes a connection from the members of CreateConnection. */
export function createConnection(context: EventsContext, input: JsonObject): Connection {
  const { engine, connections } = context;
  const name = requireName(input, 'Name', 64);
  if (connections.has(name)) throw alreadyExists(`Connection ${name}`);
  const id = randomUUID();
  const { region, accountId } = engine;
  const connection: Connection = {
    name,
    arn: `arn:aws:events:${region}:${accountId}:connection/${name}/${id}`,
    secretArn: `arn:aws:secretsmanager:${region}:${accountId}:secret:events!connection/${name}/${id}`,
    createdAt: engine.clock.now(),
    modifiedAt: engine.clock.now(),
    description: optionalText(input, 'Description'),
    authorization: readAuthorization(requireText(input, 'AuthorizationType'), authParameters(input)),
    invocation: readInvocation(authParameters(input)),
  };
  connections.set(name, connection);
  return connection;
}

/** Changes what the members name and leaves the rest. */
export function updateConnection(
  { engine }: EventsContext,
  connection: Connection,
  input: JsonObject,
): Connection {
  const parameters = optionalObject(input, 'AuthParameters');
  if (parameters !== undefined) {
    const type = optionalText(input, 'AuthorizationType') ?? connection.authorization.type;
    connection.authorization = readAuthorization(type, parameters);
    if (parameters.InvocationHttpParameters !== undefined) {
      Object.assign(connection.invocation, readInvocation(parameters));
    }
  }
  connection.description = optionalText(input, 'Description') ?? connection.description;
  connection.modifiedAt = engine.clock.now();
  return connection;
}

function requireConnection({ connections }: EventsContext, input: JsonObject): Connection {
  const name = requireText(input, 'Name');
  const connection = connections.get(name);
  if (connection === undefined) throw notFound(`Connection ${name}`);
  return connection;
}

function authParameters(input: JsonObject): JsonObject {
  const parameters = optionalObject(input, 'AuthParameters');
  if (parameters === undefined) throw constraint('authParameters', undefined, 'not be null');
  return parameters;
}

function readAuthorization(type: string, parameters: JsonObject): Authorization {
  if (type === 'BASIC') {
    const basic = optionalObject(parameters, 'BasicAuthParameters') ?? {};
    return { type, username: requireText(basic, 'Username'), password: requireText(basic, 'Password') };
  }
  if (type === 'API_KEY') {
    const key = optionalObject(parameters, 'ApiKeyAuthParameters') ?? {};
    return { type, name: requireText(key, 'ApiKeyName'), value: requireText(key, 'ApiKeyValue') };
  }
  if (type === 'OAUTH_CLIENT_CREDENTIALS') {
    throw invalid(
      'AuthorizationType OAUTH_CLIENT_CREDENTIALS is not supported by the local engine: it calls no authorization server. Use API_KEY or BASIC here.',
    );
  }
  throw constraint(
    'authorizationType',
    type,
    'satisfy enum value set: [BASIC, OAUTH_CLIENT_CREDENTIALS, API_KEY]',
  );
}

function readInvocation(parameters: JsonObject): Invocation {
  const http = optionalObject(parameters, 'InvocationHttpParameters') ?? {};
  return {
    headers: listOfObjects(http, 'HeaderParameters'),
    query: listOfObjects(http, 'QueryStringParameters'),
    body: listOfObjects(http, 'BodyParameters'),
  };
}

function summary(connection: Connection, state: string): JsonObject {
  return {
    ConnectionArn: connection.arn,
    ConnectionState: state,
    CreationTime: timestamp(connection.createdAt),
    LastModifiedTime: timestamp(connection.modifiedAt),
    LastAuthorizedTime: timestamp(connection.modifiedAt),
  };
}

function listed(connection: Connection): JsonObject {
  return {
    ...summary(connection, 'AUTHORIZED'),
    Name: connection.name,
    AuthorizationType: connection.authorization.type,
  };
}

/** Without what is secret, as AWS answers. */
function describeParameters({ authorization, invocation }: Connection): JsonObject {
  const identity =
    authorization.type === 'BASIC'
      ? { BasicAuthParameters: { Username: authorization.username } }
      : { ApiKeyAuthParameters: { ApiKeyName: authorization.name } };
  const shown = (parameters: readonly JsonObject[]) =>
    parameters.length === 0
      ? undefined
      : parameters.map(({ Key, Value, IsValueSecret = false }) =>
          IsValueSecret ? { Key, IsValueSecret } : { Key, Value, IsValueSecret },
        );
  const http = present({
    HeaderParameters: shown(invocation.headers),
    QueryStringParameters: shown(invocation.query),
    BodyParameters: shown(invocation.body),
  });
  return Object.keys(http).length === 0 ? identity : { ...identity, InvocationHttpParameters: http };
}
