import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../tools/local/local-service.ts';
import { type OpenApi, openApi } from './open-api.ts';

let api: OpenApi;

beforeAll(async () => {
  api = await openApi();
});
afterAll(() => api.close());

const refusals = (type: string, properties: JsonObject) =>
  api.aws.apis.resources[`AWS::ApiGatewayV2::${type}`]?.refusals?.(properties);

it.each<[string, string, JsonObject, string]>([
  ['a WebSocket API', 'Api', { ProtocolType: 'WEBSOCKET' }, 'ProtocolType "WEBSOCKET" (supported: HTTP)'],
  [
    'an API without its endpoint',
    'Api',
    { ProtocolType: 'HTTP', DisableExecuteApiEndpoint: true },
    'DisableExecuteApiEndpoint true (there are no custom domains here, so nothing would be left)',
  ],
  [
    'a route for IAM',
    'Route',
    { Target: 'x', AuthorizationType: 'AWS_IAM' },
    'AuthorizationType AWS_IAM (supported: NONE, JWT)',
  ],
  ['a route to nowhere', 'Route', {}, 'Target (a route without an integration answers nothing)'],
  [
    'an integration with HTTP',
    'Integration',
    { IntegrationType: 'HTTP_PROXY', PayloadFormatVersion: '2.0' },
    'IntegrationType HTTP_PROXY (supported: AWS_PROXY)',
  ],
  [
    'the old payload format',
    'Integration',
    { IntegrationType: 'AWS_PROXY', PayloadFormatVersion: '1.0' },
    'PayloadFormatVersion 1.0 (supported: 2.0)',
  ],
  [
    'a Lambda authorizer',
    'Authorizer',
    { AuthorizerType: 'REQUEST' },
    'AuthorizerType REQUEST (supported: JWT)',
  ],
  [
    'settings of WebSocket APIs',
    'Stage',
    { DefaultRouteSettings: { LoggingLevel: 'INFO' } },
    'DefaultRouteSettings.LoggingLevel',
  ],
  [
    'them for a route too',
    'Stage',
    { RouteSettings: { 'GET /': { LoggingLevel: 'INFO' } } },
    'RouteSettings.GET /.LoggingLevel',
  ],
])('refuses %s before anything is deployed', (_, type, properties, refusal) => {
  expect(refusals(type, properties)).toEqual([refusal]);
});

it('refuses no value that is not known yet', () => {
  expect(refusals('Route', { Target: 'x', AuthorizationType: { Ref: 'Type' } })).toEqual([]);
});

describe('a deployment fails', () => {
  const integration = () => ({
    ApiId: api.apiId,
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
    IntegrationUri: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['an unknown API', () => api.putStage({ ApiId: 'nothing' }), 'Invalid API identifier specified nothing'],
    ['a stage of a strange name', () => api.putStage({ StageName: 'a/b' }), 'StageName "a/b" is neither'],
    [
      'a deployment that is none',
      () => api.putStage({ AutoDeploy: false, DeploymentId: 'x' }),
      'DeploymentId x is no deployment of the API',
    ],
    [
      'a deployment for a stage that follows its API',
      async () => {
        const { physicalId } = await api.put('AWS::ApiGatewayV2::Deployment', 'Deployment', {
          ApiId: api.apiId,
        });
        await api.putStage({ DeploymentId: physicalId });
      },
      'DeploymentId is for a stage without AutoDeploy',
    ],
    [
      'a log group that is not there',
      () =>
        api.putStage({
          AccessLogSettings: { DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:x:*' },
        }),
      'is no log group here',
    ],
    [
      'a stream in place of a log group',
      () =>
        api.putStage({
          AccessLogSettings: { DestinationArn: 'arn:aws:firehose:us-east-1:000000000000:deliverystream/x' },
        }),
      'is no log group here',
    ],
    [
      'a time-out beyond 30 seconds',
      () => api.putRoute('GET /a', {}, { TimeoutInMillis: 30_001 }),
      'Timeout should be between 50 ms and 30000 ms, not 30001',
    ],
    [
      'an integration with no function',
      () => api.putRoute('GET /a', {}, { IntegrationUri: 'https://shop.example' }),
      'IntegrationUri "https://shop.example" is not the ARN of a function',
    ],
    [
      'a route to another API’s integration',
      () => api.putRoute('GET /a', { Target: 'integrations/x' }),
      'Target integrations/x is no integration of the API',
    ],
    [
      'a route with an authorizer that is none',
      () => api.putRoute('GET /a', { AuthorizationType: 'JWT', AuthorizerId: 'x' }),
      'AuthorizerId x is no authorizer of the API',
    ],
    [
      'scopes on an open route, which would look closed',
      () => api.putRoute('GET /a', { AuthorizationScopes: ['x'] }),
      'AuthorizerId and AuthorizationScopes are for AuthorizationType JWT',
    ],
    [
      'an authorizer for nobody',
      () => api.putAuthorizer({ JwtConfiguration: { Issuer: 'https://issuer.example' } }),
      'JwtConfiguration needs an Issuer and an Audience',
    ],
  ])('for %s', async (_, deploy, words) => {
    await expect(deploy()).rejects.toThrow(words);
  });

  it('for a format without the request’s id', async () => {
    const { attributes } = await api.put('AWS::Logs::LogGroup', 'Log', { LogGroupName: 'access' });
    const AccessLogSettings = { DestinationArn: attributes.Arn, Format: '$context.status' };
    await expect(api.putStage({ AccessLogSettings })).rejects.toThrow(
      'a single line with $context.requestId',
    );
  });

  it('for a second route of the same key, and a second stage of the same name', async () => {
    const { physicalId } = await api.put('AWS::ApiGatewayV2::Integration', 'Twice', integration());
    const route = { ApiId: api.apiId, RouteKey: 'GET /twice', Target: `integrations/${physicalId}` };
    await api.put('AWS::ApiGatewayV2::Route', 'First', route);
    await expect(api.put('AWS::ApiGatewayV2::Route', 'Second', route)).rejects.toThrow(
      'Route with key GET /twice already exists for this API',
    );
    await api.putStage();
    const stage = { ApiId: api.apiId, StageName: '$default' };
    await expect(api.put('AWS::ApiGatewayV2::Stage', 'Second', stage)).rejects.toThrow(
      'Stage already exists',
    );
  });
});

describe('the API of API Gateway', () => {
  const read = async (path: string, init?: RequestInit) => {
    const scope = 'local/20260101/us-east-1/apigateway/aws4_request';
    const answer = await fetch(`${api.aws.endpoint}${path}`, {
      ...init,
      headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, Signature=0` },
    });
    return { status: answer.status, type: answer.headers.get('x-amzn-errortype'), body: await answer.json() };
  };

  beforeAll(async () => {
    const AuthorizerId = await api.putAuthorizer();
    await api.putApi({ Description: 'sells', CorsConfiguration: { AllowOrigins: ['*'], MaxAge: 9 } });
    await api.putRoute('GET /me', { AuthorizationType: 'JWT', AuthorizerId, AuthorizationScopes: ['a'] });
    await api.putStage({ DefaultRouteSettings: { ThrottlingRateLimit: 5 } });
  });

  it('lists the APIs, each with its URL', async () => {
    const described = {
      apiId: api.apiId,
      apiEndpoint: `${api.aws.endpoint}/_aws/execute-api/${api.apiId}`,
      name: 'shop',
      description: 'sells',
      protocolType: 'HTTP',
      corsConfiguration: { allowOrigins: ['*'], maxAge: 9 },
    };
    expect(await read('/v2/apis')).toMatchObject({ status: 200, body: { items: [described] } });
    expect(await read(`/v2/apis/${api.apiId}`)).toMatchObject({ body: described });
  });

  it('lists the parts of one', async () => {
    const partsOf = async (part: string) => (await read(`/v2/apis/${api.apiId}/${part}`)).body;
    expect(await partsOf('routes')).toMatchObject({
      items: [
        {
          routeKey: 'GET /twice',
          authorizationType: 'NONE',
          target: expect.stringMatching(/^integrations\//),
        },
        { routeKey: 'GET /me', authorizationType: 'JWT', authorizationScopes: ['a'] },
      ],
    });
    expect(await partsOf('integrations')).toMatchObject({
      items: expect.arrayContaining([
        expect.objectContaining({ integrationType: 'AWS_PROXY', timeoutInMillis: 30_000 }),
      ]),
    });
    expect(await partsOf('authorizers')).toMatchObject({
      items: [{ authorizerType: 'JWT', identitySource: ['$request.header.authorization'] }],
    });
    expect(await partsOf('stages')).toMatchObject({
      items: [{ stageName: '$default', autoDeploy: true, defaultRouteSettings: { throttlingRateLimit: 5 } }],
    });
  });

  it('refuses an unknown API, and operations that it does not have', async () => {
    expect(await read('/v2/apis/nothing/routes')).toEqual({
      status: 404,
      type: 'NotFoundException',
      body: { message: 'Invalid API identifier specified 000000000000:nothing' },
    });
    expect(await read('/v2/apis', { method: 'POST' })).toMatchObject({
      status: 404,
      body: {
        message: expect.stringContaining('no operation POST /v2/apis; it has GetApis, GetApi, GetRoutes'),
      },
    });
  });

  it('answers the AWS CLI', { timeout: 60_000 }, async (test) => {
    const run = (...words: string[]) =>
      promisify(execFile)('aws', ['--endpoint-url', api.aws.endpoint, ...words], {
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          AWS_CONFIG_FILE: '/dev/null',
          ...api.aws.environment,
        },
      });
    const hasCli = await run('--version').then(
      () => true,
      () => false,
    );
    test.skip(!hasCli, 'the AWS CLI is no npm package, and aws is not on the PATH');
    const { stdout } = await run(
      'apigatewayv2',
      'get-routes',
      '--api-id',
      api.apiId,
      '--query',
      'Items[].RouteKey',
      '--output',
      'text',
    );
    expect(stdout).toBe('GET /twice\tGET /me\n');
  });
});
