import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallOptions, type OpenApi, openApi } from './open-api.ts';

let api: OpenApi;

beforeAll(async () => {
  api = await openApi();
  await api.putStage();
  await api.putRoute('GET /pets');
  const AuthorizerId = await api.putAuthorizer();
  await api.putRoute('ANY /closed', { AuthorizationType: 'JWT', AuthorizerId });
  await api.putApi({
    CorsConfiguration: {
      AllowOrigins: ['https://shop.example', 'http://*'],
      AllowMethods: ['GET', 'PUT'],
      AllowHeaders: ['Authorization', 'content-type'],
      ExposeHeaders: ['ETag'],
      AllowCredentials: true,
      MaxAge: 300,
    },
  });
});
afterAll(() => api.close());

async function corsOf(path: string, options: CallOptions) {
  const { headers, status } = await api.call(path, options);
  const cors = Object.entries(headers).filter(([name]) => name.startsWith('access-control-'));
  return { status, cors: Object.fromEntries(cors) };
}

const preflight = (origin: string): CallOptions => ({
  method: 'OPTIONS',
  headers: { origin, 'access-control-request-method': 'GET' },
});
const allowed = {
  'access-control-allow-origin': 'https://shop.example',
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': 'etag',
};

describe('a preflight request', () => {
  it('is answered by the gateway', async () => {
    expect(await corsOf('/pets', preflight('https://shop.example'))).toEqual({
      status: 204,
      cors: {
        ...allowed,
        'access-control-allow-methods': 'GET,PUT',
        'access-control-allow-headers': 'authorization,content-type',
        'access-control-max-age': '300',
      },
    });
  });

  it('is told nothing when its origin is not allowed', async () => {
    expect(await corsOf('/pets', preflight('https://other.example'))).toEqual({ status: 204, cors: {} });
    expect(await corsOf('/pets', preflight('https://shop.example.evil.example'))).toEqual({
      status: 204,
      cors: {},
    });
  });

  it('goes to a route that takes OPTIONS, and by its authorizer', async () => {
    expect(await corsOf('/closed', preflight('https://shop.example'))).toEqual({
      status: 401,
      cors: allowed,
    });
  });

  it('is 404 on an API without CORS', async () => {
    const other = await openApi();
    await other.putStage();
    await other.putRoute('GET /pets');
    expect(await other.call('/pets', preflight('https://shop.example'))).toMatchObject({ status: 404 });
    await other.close();
  });
});

describe('any other request', () => {
  it('gets the headers of the API, and not those of the function', async () => {
    const headers = { 'Access-Control-Allow-Origin': '*', 'access-control-max-age': '9', etag: '"1"' };
    const path = `/pets?answer=${encodeURIComponent(JSON.stringify({ statusCode: 200, headers }))}`;
    const origin = 'https://shop.example';
    expect(await corsOf(path, { headers: { origin } })).toEqual({ status: 200, cors: allowed });
    expect(await corsOf(path, {})).toEqual({ status: 200, cors: {} });
    expect(await corsOf(path, { headers: { origin: 'https://other.example' } })).toMatchObject({ cors: {} });
  });

  it('gets them with a refusal too, so that a browser may read it', async () => {
    const origin = 'https://shop.example';
    expect(await corsOf('/nowhere', { headers: { origin } })).toEqual({ status: 404, cors: allowed });
    expect(await corsOf('/pets?throw', { headers: { origin } })).toEqual({ status: 500, cors: allowed });
  });

  it('is allowed from every origin of a scheme, and from all by *', async () => {
    const origin = 'http://localhost:3000';
    expect(await corsOf('/pets', { headers: { origin } })).toMatchObject({
      cors: { 'access-control-allow-origin': origin },
    });
    await api.putApi({ CorsConfiguration: { AllowOrigins: ['*'] } });
    expect(await corsOf('/pets', { headers: { origin } })).toEqual({
      status: 200,
      cors: { 'access-control-allow-origin': '*' },
    });
  });
});

it('refuses credentials from all origins', async () => {
  const CorsConfiguration = { AllowOrigins: ['*'], AllowCredentials: true };
  await expect(api.putApi({ CorsConfiguration })).rejects.toThrow('AllowCredentials cannot be true');
});
