import {
  CreateApiDestinationCommand,
  type CreateApiDestinationCommandInput,
  CreateConnectionCommand,
  type CreateConnectionCommandInput,
  DeleteApiDestinationCommand,
  DeleteConnectionCommand,
  DescribeApiDestinationCommand,
  DescribeConnectionCommand,
  ListApiDestinationsCommand,
  ListConnectionsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  UpdateApiDestinationCommand,
  UpdateConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, openEvents } from './open-events.ts';

let events: Events;
beforeEach(async () => {
  events = await openEvents();
});
afterEach(() => events.close());

const createConnection = (more: Partial<CreateConnectionCommandInput> = {}) =>
  events.client.send(
    new CreateConnectionCommand({
      Name: 'auth',
      AuthorizationType: 'API_KEY',
      AuthParameters: { ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'secret' } },
      ...more,
    }),
  );

const createDestination = async (more: Partial<CreateApiDestinationCommandInput> = {}) =>
  events.client.send(
    new CreateApiDestinationCommand({
      Name: 'api',
      ConnectionArn: (await createConnection()).ConnectionArn,
      InvocationEndpoint: 'http://localhost:8080/hook',
      HttpMethod: 'POST',
      ...more,
    }),
  );

const uuid = '[0-9a-f-]{36}';

describe('a connection', () => {
  it('is described without its secrets', async () => {
    const { $metadata: _, ...created } = await createConnection({
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key', ApiKeyValue: 'secret' },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'X-Open', Value: 'shown', IsValueSecret: false },
            { Key: 'X-Hidden', Value: 'secret', IsValueSecret: true },
          ],
        },
      },
    });
    const summary = {
      ConnectionArn: expect.stringMatching(`^arn:aws:events:us-east-1:000000000000:connection/auth/${uuid}$`),
      ConnectionState: 'AUTHORIZED',
      CreationTime: expect.any(Date),
      LastModifiedTime: expect.any(Date),
    };
    expect(created).toEqual(summary);
    const { $metadata: __, ...described } = await events.client.send(
      new DescribeConnectionCommand({ Name: 'auth' }),
    );
    expect(described).toEqual({
      ...summary,
      Name: 'auth',
      AuthorizationType: 'API_KEY',
      LastAuthorizedTime: expect.any(Date),
      SecretArn: expect.stringMatching(
        `^arn:aws:secretsmanager:us-east-1:000000000000:secret:events!connection/auth/${uuid}$`,
      ),
      AuthParameters: {
        ApiKeyAuthParameters: { ApiKeyName: 'X-Key' },
        InvocationHttpParameters: {
          HeaderParameters: [
            { Key: 'X-Open', Value: 'shown', IsValueSecret: false },
            { Key: 'X-Hidden', IsValueSecret: true },
          ],
        },
      },
    });
  });

  it('is updated, listed and deleted', async () => {
    await createConnection();
    await events.client.send(
      new UpdateConnectionCommand({
        Name: 'auth',
        Description: 'ours',
        AuthorizationType: 'BASIC',
        AuthParameters: { BasicAuthParameters: { Username: 'ann', Password: 'secret' } },
      }),
    );
    const described = await events.client.send(new DescribeConnectionCommand({ Name: 'auth' }));
    expect(described).toMatchObject({
      Description: 'ours',
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'ann' } },
    });
    const list = async (NamePrefix: string) =>
      (await events.client.send(new ListConnectionsCommand({ NamePrefix }))).Connections?.map(
        ({ Name }) => Name,
      );
    expect([await list('a'), await list('b')]).toEqual([['auth'], []]);
    expect(await events.client.send(new DeleteConnectionCommand({ Name: 'auth' }))).toMatchObject({
      ConnectionState: 'DELETING',
    });
    expect(await list('')).toEqual([]);
  });

  it('refuses OAuth by name', async () => {
    await expect(
      createConnection({ AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS', AuthParameters: {} }),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message:
        'AuthorizationType OAUTH_CLIENT_CREDENTIALS is not supported by the local engine: it calls no authorization server. Use API_KEY or BASIC here.',
    });
  });

  it('refuses a second one of its name, a missing key and an unknown name', async () => {
    await createConnection();
    await expect(createConnection()).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
    await expect(createConnection({ Name: 'other', AuthParameters: {} })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('apiKeyName'),
    });
    const unknown = new DescribeConnectionCommand({ Name: 'none' });
    await expect(events.client.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('an API destination', () => {
  it('is created, described, listed by its connection, updated and deleted', async () => {
    const { $metadata: _, ...created } = await createDestination();
    expect(created).toEqual({
      ApiDestinationArn: expect.stringMatching(
        `^arn:aws:events:us-east-1:000000000000:api-destination/api/${uuid}$`,
      ),
      ApiDestinationState: 'ACTIVE',
      CreationTime: expect.any(Date),
      LastModifiedTime: expect.any(Date),
    });
    const update = { Name: 'api', HttpMethod: 'PUT', InvocationRateLimitPerSecond: 5 } as const;
    await events.client.send(new UpdateApiDestinationCommand(update));
    const { $metadata: __, ...described } = await events.client.send(
      new DescribeApiDestinationCommand({ Name: 'api' }),
    );
    expect(described).toEqual({
      ...created,
      LastModifiedTime: expect.any(Date),
      Name: 'api',
      ConnectionArn: expect.stringContaining(':connection/auth/'),
      InvocationEndpoint: 'http://localhost:8080/hook',
      HttpMethod: 'PUT',
      InvocationRateLimitPerSecond: 5,
    });
    const { ConnectionArn } = described;
    const { ApiDestinations } = await events.client.send(new ListApiDestinationsCommand({ ConnectionArn }));
    expect(ApiDestinations).toEqual([described]);
    await events.client.send(new DeleteApiDestinationCommand({ Name: 'api' }));
    expect((await events.client.send(new ListApiDestinationsCommand({}))).ApiDestinations).toEqual([]);
  });

  it('allows 300 calls a second unless told otherwise, and is inactive without its connection', async () => {
    await createDestination();
    await events.client.send(new DeleteConnectionCommand({ Name: 'auth' }));
    expect(await events.client.send(new DescribeApiDestinationCommand({ Name: 'api' }))).toMatchObject({
      InvocationRateLimitPerSecond: 300,
      ApiDestinationState: 'INACTIVE',
    });
  });

  it.each([
    ['https://127.0.0.1/', '"https://127.0.0.1/" is not HTTP'],
    ['http://example.com/', '"example.com" is not this machine'],
    ['http://127.0.0.1.example.com/', '"127.0.0.1.example.com" is not this machine'],
    ['http://127.0.0.1@example.com/', '"example.com" is not this machine'],
    ['http://10.0.0.1/', '"10.0.0.1" is not this machine'],
    ['http://[::ffff:10.0.0.1]/', '"[::ffff:a00:1]" is not this machine'],
    ['hook', '"hook" is no URL'],
  ])('refuses the endpoint %s', async (InvocationEndpoint, reason) => {
    const message = `Parameter InvocationEndpoint is not valid. Reason: ${reason}: the local engine calls http://127.0.0.1, http://localhost and http://[::1] alone.`;
    await expect(createDestination({ InvocationEndpoint })).rejects.toMatchObject({
      name: 'ValidationException',
      message,
    });
  });

  it.each(['http://127.0.0.1:8080/a/*', 'http://127.8.8.8/', 'http://localhost', 'http://[::1]:1/'])(
    'takes the endpoint %s',
    async (InvocationEndpoint) => {
      expect((await createDestination({ InvocationEndpoint })).ApiDestinationState).toBe('ACTIVE');
    },
  );

  it('refuses another host in an update, too', async () => {
    await createDestination();
    const update = { Name: 'api', InvocationEndpoint: 'http://example.com/' };
    await expect(events.client.send(new UpdateApiDestinationCommand(update))).rejects.toThrow(
      'is not this machine',
    );
  });

  it('refuses an unknown connection, an unknown method and an unknown name', async () => {
    const ConnectionArn = 'arn:aws:events:us-east-1:000000000000:connection/none/1';
    await expect(createDestination({ ConnectionArn })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Connection '${ConnectionArn}' does not exist.`,
    });
    await events.client.send(new DeleteConnectionCommand({ Name: 'auth' }));
    const HttpMethod = 'TRACE' as 'GET';
    await expect(createDestination({ HttpMethod })).rejects.toMatchObject({ name: 'ValidationException' });
    const unknown = new DescribeApiDestinationCommand({ Name: 'none' });
    await expect(events.client.send(unknown)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('is no target without a role', async () => {
    const { ApiDestinationArn: Arn = '' } = await createDestination();
    await events.client.send(new PutRuleCommand({ Name: 'call', EventPattern: '{"source":["x"]}' }));
    const Targets = [{ Id: 't', Arn }];
    await expect(events.client.send(new PutTargetsCommand({ Rule: 'call', Targets }))).rejects.toThrow(
      `RoleArn is required for target ${Arn}.`,
    );
  });
});

describe('deployed from a template', () => {
  const connection = {
    AuthorizationType: 'BASIC',
    AuthParameters: { BasicAuthParameters: { Username: 'ann', Password: 'secret' } },
  };

  it('both take generated names, are updated in place and leave', async () => {
    const auth = await events.deploy('AWS::Events::Connection', connection);
    expect(auth).toEqual({
      physicalId: 'stack-Resource-1A2B3C',
      attributes: {
        Arn: expect.stringContaining(':connection/stack-Resource-1A2B3C/'),
        SecretArn: expect.stringContaining(':secret:events!connection/stack-Resource-1A2B3C/'),
      },
    });
    expect(await events.deploy('AWS::Events::Connection', connection)).toEqual(auth);
    const destination = {
      Name: 'api',
      ConnectionArn: auth.attributes.Arn,
      InvocationEndpoint: 'http://127.0.0.1:1/',
      HttpMethod: 'POST',
    };
    const api = await events.deploy('AWS::Events::ApiDestination', destination);
    const updated = { ...destination, InvocationRateLimitPerSecond: 7 };
    expect(await events.deploy('AWS::Events::ApiDestination', updated)).toEqual(api);
    const describeApi = new DescribeApiDestinationCommand({ Name: 'api' });
    expect(await events.client.send(describeApi)).toMatchObject({ InvocationRateLimitPerSecond: 7 });
    await events.remove('AWS::Events::ApiDestination', api.physicalId);
    await events.remove('AWS::Events::Connection', auth.physicalId);
    await expect(events.client.send(describeApi)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('refuses OAuth and other hosts by name before anything is deployed', () => {
    const refusals = (type: string, properties: object) =>
      events.buses.resources[type]?.refusals?.({ ...properties });
    expect(refusals('AWS::Events::Connection', { AuthorizationType: 'OAUTH_CLIENT_CREDENTIALS' })).toEqual([
      'AuthorizationType OAUTH_CLIENT_CREDENTIALS',
    ]);
    expect(refusals('AWS::Events::Connection', connection)).toEqual([]);
    expect(refusals('AWS::Events::ApiDestination', { InvocationEndpoint: 'https://example.com' })).toEqual([
      expect.stringContaining('InvocationEndpoint: "https://example.com" is not HTTP'),
    ]);
    const computed = { InvocationEndpoint: { 'Fn::Sub': 'http://127.0.0.1' } };
    expect(refusals('AWS::Events::ApiDestination', computed)).toEqual([]);
  });
});
