import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenApi, openApi } from './open-api.ts';

let api: OpenApi;

beforeAll(async () => {
  api = await openApi();
  await api.putStage();
  await api.putStage({ StageName: 'beta' });
  await api.putRoute('GET /pets');
  await api.putRoute('GET /{proxy+}');
});
afterAll(() => api.close());

const statusOf = async (path: string) => (await api.call(path)).status;

describe('a stage', () => {
  it('serves the paths below its name, which the event keeps and the routes do not see', async () => {
    expect(await api.eventOf('/beta/pets')).toMatchObject({
      routeKey: 'GET /pets',
      rawPath: '/beta/pets',
      requestContext: { stage: 'beta', http: { path: '/beta/pets' } },
    });
  });

  it('leaves the other paths to $default', async () => {
    expect(await api.eventOf('/betas/pets')).toMatchObject({
      routeKey: 'GET /{proxy+}',
      requestContext: { stage: '$default' },
    });
  });

  it('is gone when it left the template, and only from its own API', async () => {
    const other = await api.put('AWS::ApiGatewayV2::Api', 'Other', { Name: 'other', ProtocolType: 'HTTP' });
    await api.put('AWS::ApiGatewayV2::Stage', 'OtherStage', { ApiId: other.physicalId, StageName: 'beta' });
    await api.remove('AWS::ApiGatewayV2::Stage', 'OtherStage');
    expect(await api.eventOf('/beta/pets')).toMatchObject({ requestContext: { stage: 'beta' } });
    await api.remove('AWS::ApiGatewayV2::Stage', 'Stagebeta');
    expect(await api.eventOf('/beta/pets')).toMatchObject({ requestContext: { stage: '$default' } });
    await api.remove('AWS::ApiGatewayV2::Api', 'Other');
  });

  it('without AutoDeploy serves the API as its deployment has it', async () => {
    await api.putStage({ StageName: 'slow', AutoDeploy: false });
    expect(await statusOf('/slow/pets')).toBe(404);

    const deployment = { ApiId: api.apiId };
    const { physicalId } = await api.put('AWS::ApiGatewayV2::Deployment', 'Deployment', deployment);
    await api.putStage({ StageName: 'slow', AutoDeploy: false, DeploymentId: physicalId });
    await api.putRoute('GET /late');
    expect(await api.eventOf('/slow/late')).toMatchObject({ routeKey: 'GET /{proxy+}' });
    expect(await api.eventOf('/late')).toMatchObject({ routeKey: 'GET /late' });

    await api.put('AWS::ApiGatewayV2::Deployment', 'Deployment', { ...deployment, Description: 'the first' });
    expect(await api.eventOf('/slow/late')).toMatchObject({ routeKey: 'GET /{proxy+}' });
  });
});

describe('throttling', () => {
  const tooMany = { status: 429, text: '{"message":"Too Many Requests"}' };

  it('lets a burst through, and then as many as the rate', async () => {
    await api.putStage({ DefaultRouteSettings: { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 3 } });
    const answers = [];
    for (let call = 0; call < 4; call++) answers.push(await statusOf('/pets'));
    expect(answers).toEqual([200, 200, 200, 429]);
    expect(await api.call('/pets')).toMatchObject(tooMany);
    // Each route has a bucket of its own.
    expect(await statusOf('/others')).toBe(200);
    api.aws.clock.advance(2_000_000);
    expect([await statusOf('/pets'), await statusOf('/pets'), await statusOf('/pets')]).toEqual([
      200, 200, 429,
    ]);
    await api.putStage();
  });

  it('goes by the route where that has its own', async () => {
    await api.putStage({
      DefaultRouteSettings: {
        ThrottlingRateLimit: 1_000,
        ThrottlingBurstLimit: 1_000,
        DetailedMetricsEnabled: true,
      },
      RouteSettings: { 'GET /pets': { ThrottlingBurstLimit: 0, ThrottlingRateLimit: 0 } },
    });
    expect(await api.call('/pets')).toMatchObject(tooMany);
    expect(await statusOf('/others')).toBe(200);
    await api.putStage();
  });
});

describe('the access log', () => {
  const format = JSON.stringify({
    id: '$context.requestId',
    route: '$context.routeKey',
    method: '$context.httpMethod',
    path: '$context.path',
    status: '$context.status',
    length: '$context.responseLength',
    agent: '$context.identity.userAgent',
    lambda: '$context.integrationStatus',
    own: '$context.integration.status',
    why: '$context.integrationErrorMessage',
    message: '$context.error.message',
    who: '$context.authorizer.claims.sub',
    time: '$context.requestTime',
    unknown: '$context.no.such.thing',
  });
  const lines = () => api.aws.logs.lines('/shop/access').map(({ message }) => JSON.parse(message));

  beforeAll(async () => {
    const { attributes } = await api.put('AWS::Logs::LogGroup', 'Log', { LogGroupName: '/shop/access' });
    await api.putStage({ AccessLogSettings: { DestinationArn: attributes.Arn, Format: format } });
  });

  it('has a line for each request in the given format', async () => {
    const { headers, text } = await api.call('/pets?a=1', { headers: { 'user-agent': 'tests' } });
    expect(lines().at(-1)).toEqual({
      id: headers['apigw-requestid'],
      route: 'GET /pets',
      method: 'GET',
      path: '/pets',
      status: '200',
      length: String(Buffer.byteLength(text)),
      agent: 'tests',
      lambda: '200',
      own: '200',
      why: '-',
      message: '-',
      who: '-',
      time: expect.stringMatching(/ \+0000$/),
      unknown: '-',
    });
    expect(api.aws.logs.lines('/shop/access').at(-1)?.stream).toBe(`${api.apiId}-$default`);
  });

  it('says why a request failed, of which the client hears nothing', async () => {
    await api.call('/pets?throw');
    expect(lines().at(-1)).toMatchObject({
      status: '500',
      lambda: '200',
      own: '-',
      why: expect.stringContaining('returned the following error: Unhandled'),
      message: 'Internal Server Error',
    });
    await api.call('/pets/', { method: 'DELETE' });
    expect(lines().at(-1)).toMatchObject({ status: '404', route: '-', message: 'Not Found' });
  });

  it('cannot be forged by what a client sends', async () => {
    await api.call('/pets', { headers: { 'user-agent': '", "status": "666' } });
    expect(lines().at(-1)).toMatchObject({ status: '200', agent: '", "status": "666' });
  });
});
