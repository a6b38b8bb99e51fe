import {
  CreateApiDestinationCommand,
  CreateConnectionCommand,
  DescribeApiDestinationCommand,
  DescribeConnectionCommand,
} from '@aws-sdk/client-eventbridge';
import { expect, it } from 'vitest';
import { openRestartedAws } from './restarted-aws.ts';

it('keeps connections and API destinations under their ARNs', async () => {
  const engine = openRestartedAws();
  const before = (await engine.restart()).events;
  const { ConnectionArn } = await before.send(
    new CreateConnectionCommand({
      Name: 'auth',
      AuthorizationType: 'BASIC',
      AuthParameters: { BasicAuthParameters: { Username: 'ann', Password: 'local' } },
    }),
  );
  const { ApiDestinationArn } = await before.send(
    new CreateApiDestinationCommand({
      Name: 'api',
      ConnectionArn,
      InvocationEndpoint: 'http://127.0.0.1:1/',
      HttpMethod: 'POST',
    }),
  );

  const after = (await engine.restart()).events;
  expect(await after.send(new DescribeConnectionCommand({ Name: 'auth' }))).toMatchObject({
    ConnectionArn,
    AuthParameters: { BasicAuthParameters: { Username: 'ann' } },
  });
  expect(await after.send(new DescribeApiDestinationCommand({ Name: 'api' }))).toMatchObject({
    ApiDestinationArn,
    ApiDestinationState: 'ACTIVE',
    ConnectionArn,
  });
  await engine.remove();
});
