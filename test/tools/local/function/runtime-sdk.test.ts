import { afterAll, beforeAll, expect, it } from 'vitest';
import { type OpenFunctions, openFunctions } from './open-functions.ts';

let lambda: OpenFunctions;
beforeAll(async () => {
  lambda = await openFunctions();
});
afterAll(() => lambda.close());

it.each([
  [
    'CommonJS',
    'index.js',
    "const { SQSClient } = require('@aws-sdk/client-sqs');\nexports.handler = async () => SQSClient.name;",
  ],
  [
    'an ES module',
    'index.mjs',
    "import { SQSClient } from '@aws-sdk/client-sqs';\nexport const handler = async () => SQSClient.name;",
  ],
])('gives %s the AWS SDK that it does not bring along', async (_what, file, code) => {
  const name = `sdk-${file.replace('.', '-')}`;
  await lambda.addFunction(name, { [file]: code });
  expect(await lambda.functions.invoke(name, '{}')).toMatchObject({ payload: '"SQSClient"' });
});

it('gives a function nothing else that is installed here', async () => {
  await lambda.addFunction('esbuild', "exports.handler = async () => require('esbuild').version;");
  expect(await lambda.functions.invoke('esbuild', '{}')).toMatchObject({ functionError: 'Unhandled' });
});
