import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  CfnApi,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpStage,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';

const folder = mkdtempSync(join(tmpdir(), 'api-cdk-'));
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

function synthesise(name: string, fill: (stack: Stack) => void): string {
  const app = new App({ outdir: join(folder, name), analyticsReporting: false });
  fill(new Stack(app, 'shop'));
  app.synth();
  return app.outdir;
}

/** What aws-cdk-lib makes of its own constructs, as a stranger's app would use them. */
function addShop(stack: Stack): void {
  const handler = new LambdaFunction(stack, 'Handler', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline(
      'exports.handler = async ({ routeKey, requestContext: { authorizer, stage } }) => ({ routeKey, stage, sub: authorizer?.jwt.claims.sub });',
    ),
  });
  const shop = new HttpApi(stack, 'Shop', {
    corsPreflight: {
      allowOrigins: ['https://shop.example'],
      allowMethods: [CorsHttpMethod.GET],
      maxAge: Duration.minutes(5),
    },
    defaultAuthorizer: new HttpJwtAuthorizer('Jwt', 'https://issuer.example', { jwtAudience: ['shop'] }),
    defaultIntegration: new HttpLambdaIntegration('Else', handler),
  });
  const integration = new HttpLambdaIntegration('Pets', handler, { timeout: Duration.seconds(5) });
  shop.addRoutes({ path: '/pets/{id}', methods: [HttpMethod.GET, HttpMethod.PUT], integration });
  shop.addRoutes({ path: '/admin/{proxy+}', integration, authorizationScopes: ['admin'] });
  shop.addRoutes({
    path: '/health',
    methods: [HttpMethod.GET],
    integration,
    authorizer: new HttpNoneAuthorizer(),
  });
  new HttpStage(stack, 'Beta', {
    httpApi: shop,
    stageName: 'beta',
    autoDeploy: true,
    throttle: { rateLimit: 100, burstLimit: 100 },
    detailedMetricsEnabled: true,
    accessLogSettings: {
      destination: new LogGroupLogDestination(new LogGroup(stack, 'Log', { logGroupName: 'beta-access' })),
      format: AccessLogFormat.clf(),
    },
  });
  new CfnOutput(stack, 'Url', { value: shop.apiEndpoint });
}

it('deploys what aws-cdk-lib makes of an HTTP API, a JWT authorizer, a stage and a function', async () => {
  const { stacks } = await aws.deploy(synthesise('app', addShop));
  const url = stacks[0]?.outputs.Url ?? '';
  expect(url).toMatch(new RegExp(`^${aws.endpoint}/_aws/execute-api/[a-z0-9]{10}$`));
  const asked = await fetch(`${aws.endpoint}/_aws/oidc/token`, {
    method: 'POST',
    body: JSON.stringify({ sub: 'ada' }),
  });
  const { access_token: token } = (await asked.json()) as Record<string, string>;
  const headers = { authorization: `Bearer ${token}` };
  const call = async (path: string, init: RequestInit = { headers }) => {
    const answer = await fetch(`${url}${path}`, init);
    return [answer.status, await answer.json()];
  };

  expect(await call('/health', {})).toEqual([200, { routeKey: 'GET /health', stage: '$default' }]);
  expect(await call('/pets/7', {})).toEqual([401, { message: 'Unauthorized' }]);
  expect(await call('/pets/7')).toEqual([200, { routeKey: 'GET /pets/{id}', stage: '$default', sub: 'ada' }]);
  expect(await call('/pets/7', { method: 'PUT', headers })).toMatchObject([
    200,
    { routeKey: 'PUT /pets/{id}' },
  ]);
  expect(await call('/admin/x')).toEqual([403, { message: 'Forbidden' }]);
  expect(await call('/beta/anything')).toMatchObject([200, { routeKey: '$default', stage: 'beta' }]);
  expect(aws.logs.lines('beta-access').map(({ message }) => message)).toEqual([
    expect.stringMatching(/^127\.0\.0\.1 - - \[.* \+0000\] "GET - HTTP\/1\.1" 200 \d+ [\w-]+=$/),
  ]);

  // Again, and nothing changes; and the URL does not either.
  const again = await aws.deploy(join(folder, 'app'));
  expect(again.stacks[0]?.outputs.Url).toBe(url);
  expect(await call('/health', {})).toMatchObject([200, { stage: '$default' }]);
});

it('refuses an API that is imported, by name', async () => {
  const imported = synthesise('imported', (stack) => {
    new CfnApi(stack, 'Api', { body: { openapi: '3.0.1' }, protocolType: 'HTTP' });
  });
  await expect(aws.deploy(imported)).rejects.toThrow('shop/Api (AWS::ApiGatewayV2::Api) property Body');
});
