import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenApi, openApi } from './open-api.ts';

let api: OpenApi;

beforeAll(async () => {
  api = await openApi();
  await api.putStage();
  await api.putRoute('GET /pets/{pet}');
  await api.putRoute('ANY /files/{path+}');
  await api.putRoute('POST /pets');
});
afterAll(() => api.close());

const answer = (result: unknown) => `/pets/rex?answer=${encodeURIComponent(JSON.stringify(result))}`;
const internalError = { status: 500, text: '{"message":"Internal Server Error"}' };

describe('the event of a function', () => {
  it('has the members of payload format 2.0', async () => {
    const event = await api.eventOf('/pets/rex?age=3&age=4&name=Rex%20I', {
      headers: { 'user-agent': 'tests', 'x-mixed-Case': 'yes', accept: ['text/plain', 'text/html'] },
    });
    const { port } = api.aws;
    const now = api.aws.clock.now();
    const timeEpoch = Number(event.requestContext.timeEpoch);
    expect(timeEpoch).toBeLessThanOrEqual(now);
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'GET /pets/{pet}',
      rawPath: '/pets/rex',
      rawQueryString: 'age=3&age=4&name=Rex%20I',
      headers: {
        accept: 'text/plain,text/html',
        'content-length': '0',
        host: `127.0.0.1:${port}`,
        'user-agent': 'tests',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-port': `${port}`,
        'x-forwarded-proto': 'http',
        'x-mixed-case': 'yes',
      },
      queryStringParameters: { age: '3,4', name: 'Rex I' },
      pathParameters: { pet: 'rex' },
      requestContext: {
        accountId: '000000000000',
        apiId: api.apiId,
        domainName: `127.0.0.1:${port}`,
        domainPrefix: api.apiId,
        http: {
          method: 'GET',
          path: '/pets/rex',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        requestId: expect.stringMatching(/^[\w-]{15}=$/),
        routeKey: 'GET /pets/{pet}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch,
      },
      isBase64Encoded: false,
    });
  });

  it('has the path decoded, and a variable with the slash that it was sent with', async () => {
    expect(await api.eventOf('/pets/ren%C3%A9%2Frex')).toMatchObject({
      rawPath: '/pets/rené/rex',
      pathParameters: { pet: 'rené/rex' },
    });
    expect(await api.eventOf('/files/a/b%20c')).toMatchObject({ pathParameters: { path: 'a/b c' } });
  });

  it('has the cookies by themselves', async () => {
    const event = await api.eventOf('/pets/rex', { headers: { cookie: 'a=1; b=2' } });
    expect(event.cookies).toEqual(['a=1', 'b=2']);
    expect(event.headers).not.toHaveProperty('cookie');
  });

  it('adds this hop to x-forwarded-for', async () => {
    const { headers } = await api.eventOf('/pets/rex', { headers: { 'x-forwarded-for': '203.0.113.9' } });
    expect(headers['x-forwarded-for']).toBe('203.0.113.9, 127.0.0.1');
  });

  it.each([
    ['application/json', '{"é":1}', false],
    ['application/json; charset=utf-8', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/xml', '<a/>', false],
    ['application/javascript', '1', false],
    ['application/x-www-form-urlencoded', 'a=1', true],
    ['application/problem+json', '{}', true],
    ['image/png', 'png', true],
    [undefined, 'bytes', true],
  ])('has a body of the type %s as it is, or in base64', async (type, body, isBase64Encoded) => {
    const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
    const event = await api.eventOf('/pets', { method: 'POST', body, headers });
    expect(event).toMatchObject({
      body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
      isBase64Encoded,
      headers: { 'content-length': String(Buffer.byteLength(body)) },
    });
  });
});

describe('the answer of a function', () => {
  it('is the status, headers, cookies and body that it says', async () => {
    const result = {
      statusCode: 201,
      headers: { 'Content-Type': 'text/html', 'X-Count': 3, ETag: '"1"', 'Content-Length': '999' },
      cookies: ['a=1; Secure', 'b=2'],
      body: '<p>é</p>',
    };
    const { headers, status, text } = await api.call(answer(result));
    expect({ status, text }).toEqual({ status: 201, text: '<p>é</p>' });
    expect(headers).toMatchObject({
      'content-type': 'text/html',
      'x-count': '3',
      etag: '"1"',
      'set-cookie': ['a=1; Secure', 'b=2'],
      'content-length': '9',
      'apigw-requestid': expect.stringMatching(/^[\w-]{15}=$/),
    });
    expect(headers).not.toHaveProperty('x-amzn-requestid');
  });

  it('is plain text when it says no type', async () => {
    const { headers, text } = await api.call(answer({ statusCode: 200, body: 'hi' }));
    expect([headers['content-type'], text]).toEqual(['text/plain; charset=utf-8', 'hi']);
  });

  it('is the bytes of a base64 body', async () => {
    const result = {
      statusCode: 200,
      isBase64Encoded: true,
      body: 'AP/+',
      headers: { 'content-type': 'image/png' },
    };
    expect((await api.call(answer(result))).body).toEqual(Buffer.from([0x00, 0xff, 0xfe]));
  });

  it.each([204, 304])('has no body with the status %i', async (statusCode) => {
    const { headers, status, text } = await api.call(answer({ statusCode, headers: { etag: '"1"' } }));
    expect({ status, text, etag: headers.etag }).toEqual({ status: statusCode, text: '', etag: '"1"' });
    expect(headers).not.toHaveProperty('content-type');
  });

  it.each([
    [{ message: 'hi' }, '{"message":"hi"}'],
    [{ body: 'hi' }, '{"body":"hi"}'],
    [[1, 2], '[1,2]'],
    ['Hello from Lambda!', 'Hello from Lambda!'],
    [null, 'null'],
    [7, '7'],
  ])('is the result %j itself when that has no status', async (result, body) => {
    const { headers, status, text } = await api.call(answer(result));
    expect([status, headers['content-type'], text]).toEqual([200, 'application/json', body]);
  });

  it('is null when it returns nothing', async () => {
    expect(await api.call('/pets/rex?answer=undefined')).toMatchObject({ status: 200, text: 'null' });
  });

  it.each([
    ['a status that is a text', { statusCode: '200', body: '' }],
    ['a status that is none', { statusCode: 99 }],
    ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
    ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
    ['a header that breaks the line', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
    ['cookies that are no list', { statusCode: 200, cookies: 'a=1' }],
  ])('is refused with 500 for %s', async (_, result) => {
    expect(await api.call(answer(result))).toMatchObject(internalError);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['a path without a route', 'GET', '/cats'],
    ['a method without a route', 'DELETE', '/pets/rex'],
    ['a slash at the end, which is another path', 'GET', '/pets/rex/'],
    ['nothing where a greedy variable wants something', 'GET', '/files/'],
    ['the root', 'GET', '/'],
  ])('is 404 for %s', async (_, method, path) => {
    const { headers, status, text } = await api.call(path, { method });
    expect({ status, text }).toEqual({ status: 404, text: '{"message":"Not Found"}' });
    expect(headers['content-type']).toBe('application/json');
  });

  it('is 404 for an API that is not there, and says which are', async () => {
    const answer = await fetch(`${api.aws.endpoint}/_aws/execute-api/nothing/pets`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      { message: `there is no API "nothing" here; there is ${api.apiId} (shop)` },
    ]);
  });

  it('is 400 for a path that cannot be decoded', async () => {
    expect(await api.call('/pets/%zz')).toMatchObject({ status: 400, text: '{"message":"Bad Request"}' });
  });

  it('is 500 for a function that throws, and says no more', async () => {
    expect(await api.call('/pets/rex?throw')).toMatchObject(internalError);
  });

  it('is 500 for a function that does not let the API in, and the engine says what is missing', async () => {
    await api.put('AWS::Lambda::Function', 'Closed', {
      FunctionName: 'closed',
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/closed',
      Code: { ZipFile: 'exports.handler = async () => 1;' },
    });
    const IntegrationUri = 'arn:aws:lambda:us-east-1:000000000000:function:closed';
    await api.putRoute('PUT /closed/{id}', {}, { IntegrationUri });
    expect(await api.call('/closed/7', { method: 'PUT' })).toMatchObject(internalError);
    const denied = await api.aws.observations.waitFor('denied');
    expect(denied).toMatchObject({ caller: 'apigateway.amazonaws.com', action: 'lambda:InvokeFunction' });
    expect(denied.remedy).toContain(
      `"aws:SourceArn":"arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/$default/PUT/closed/{id}"`,
    );

    await api.put('AWS::Lambda::Permission', 'ClosedPermission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: IntegrationUri,
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api.apiId}/*/*/closed/{id}`,
    });
    expect(await api.call('/closed/7', { method: 'PUT' })).toMatchObject({ status: 200, text: '1' });
  });

  it('is 500 for a function that is not there', async () => {
    const IntegrationUri = 'arn:aws:lambda:us-east-1:000000000000:function:gone';
    await api.putRoute('PUT /gone', {}, { IntegrationUri });
    expect(await api.call('/gone', { method: 'PUT' })).toMatchObject(internalError);
  });

  it('is 503 for a function that takes longer than its integration lets it', async () => {
    const { clock, faults, observations } = api.aws;
    const takeBack = faults.inject({
      hop: 'function',
      effect: 'delay',
      subject: 'echo',
      ms: 60_000,
      times: 1,
    });
    const answer = api.call('/pets/rex');
    await observations.waitFor('faulted', ({ effect }) => effect === 'delay');
    clock.advance(30_000);
    expect(await answer).toMatchObject({ status: 503, text: '{"message":"Service Unavailable"}' });
    takeBack();
    clock.advance(30_000);
  });

  it('is 503 for a function that is throttled', async () => {
    api.aws.faults.inject({ hop: 'function', effect: 'throttle', subject: 'echo', times: 1 });
    expect(await api.call('/pets/rex')).toMatchObject({ status: 503 });
    expect(await api.call('/pets/rex')).toMatchObject({ status: 200 });
  });

  it.each([
    ['API Gateway takes', 10 * 1_048_576 + 1],
    ['Lambda takes', 6 * 1_048_576],
  ])('is 413 for a body longer than %s', async (_, bytes) => {
    const headers = { 'content-type': 'text/plain' };
    const body = Buffer.alloc(bytes, 'a');
    expect(await api.call('/pets', { method: 'POST', headers, body })).toMatchObject({
      status: 413,
      text: '{"message":"Request Entity Too Large"}',
    });
  });

  it('is 431 for headers of more than 10,240 bytes', async () => {
    const enough = { 'x-long': 'a'.repeat(10_000) };
    expect(await api.call('/pets/rex', { headers: enough })).toMatchObject({ status: 200 });
    const tooMuch = { 'x-long': 'a'.repeat(10_240) };
    expect(await api.call('/pets/rex', { headers: tooMuch })).toMatchObject({ status: 431 });
  });
});

it('reports each request with its route and status', async () => {
  const { observations } = api.aws;
  await api.call('/files/a', { method: 'PATCH', body: 'eleven more' });
  expect(await observations.waitFor('requested', ({ bytes }) => bytes === 11)).toEqual({
    kind: 'requested',
    service: 'execute-api',
    operation: 'ANY /files/{path+}',
    caller: 'user',
    bytes: 11,
    status: 200,
  });
  await api.call('/nowhere?a=1');
  const isNowhere = ({ operation }: { operation: string }) => operation === 'GET /nowhere';
  expect(await observations.waitFor('requested', isNowhere)).toMatchObject({ status: 404 });
});
