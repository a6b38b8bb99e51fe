import {
  LambdaClient,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../client-settings.ts';
import { type OpenFunctions, openFunctions } from './open-functions.ts';
import { zipOf } from './zip-of.ts';

describe('a function that is there', () => {
  let aws: OpenFunctions;
  let lambda: LambdaClient;
  const FunctionName = 'greet';
  beforeAll(async () => {
    aws = await openFunctions();
    lambda = new LambdaClient(clientSettings({ endpoint: aws.endpoint, region: 'us-east-1' }));
    await aws.addFunction(FunctionName, "exports.handler = async () => 'old ' + process.env.NAME;", {
      Environment: { Variables: { NAME: 'one' } },
      Timeout: 7,
    });
  });
  afterAll(async () => {
    lambda.destroy();
    await aws.close();
  });
  const greet = async () => JSON.parse((await aws.functions.invoke(FunctionName, '{}')).payload);

  it('gets other code from an archive, and keeps its settings', async () => {
    const ZipFile = zipOf({
      'index.js': { content: "exports.handler = async () => 'new ' + process.env.NAME;" },
    });
    const updated = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }));
    expect(updated).toMatchObject({ LastUpdateStatus: 'Successful', Timeout: 7 });
    expect(await greet()).toBe('new one');
  });

  it('gets other settings, and keeps its code and what was not named', async () => {
    const Environment = { Variables: { NAME: 'two' } };
    const updated = await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
    expect(updated).toMatchObject({ Timeout: 7, Handler: 'index.handler' });
    expect(await greet()).toBe('new two');
  });

  it('refuses what has no effect here', async () => {
    const layered = new UpdateFunctionConfigurationCommand({ FunctionName, Layers: ['arn'] });
    await expect(lambda.send(layered)).rejects.toThrow(
      'UpdateFunctionConfiguration has no Layers here; it has ',
    );
    const broken = new UpdateFunctionCodeCommand({ FunctionName, ZipFile: Buffer.from('text') });
    await expect(lambda.send(broken)).rejects.toThrow('Could not unzip uploaded file');
    expect(await greet()).toBe('new two');
  });
});
