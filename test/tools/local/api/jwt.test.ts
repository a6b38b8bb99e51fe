import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSPKI, generateKeyPair, importJWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issuer, openIssuer } from '../../../../tools/local/api/issuer.ts';
import { ISSUER, type OpenApi, openApi } from './open-api.ts';

// With a data folder, so that the tests can sign what the engine never would.
const dataDir = join(mkdtempSync(join(tmpdir(), 'api-jwt-')), 'data');
const keyFile = join(dataDir, 'oidc-key.json');
let api: OpenApi;
let issuer: Issuer;

beforeAll(async () => {
  api = await openShop();
  issuer = await openIssuer({ folder: dataDir });
});
afterAll(async () => {
  await api.close();
  rmSync(join(dataDir, '..'), { recursive: true });
});

async function openShop(): Promise<OpenApi> {
  const opened = await openApi({ dataDir });
  await opened.putStage();
  await opened.putRoute('GET /open');
  const AuthorizerId = await opened.putAuthorizer();
  await opened.putRoute('GET /me', { AuthorizationType: 'JWT', AuthorizerId });
  await opened.putRoute('GET /admin', {
    AuthorizationType: 'JWT',
    AuthorizerId,
    AuthorizationScopes: ['shop/admin', 'shop/owner'],
  });
  return opened;
}

const seconds = () => Math.floor(api.aws.clock.now() / 1_000);
const claims = (more: JWTPayload = {}): JWTPayload => ({
  iss: ISSUER,
  aud: 'shop',
  sub: 'ada',
  iat: seconds(),
  exp: seconds() + 60,
  ...more,
});
const callWith = (token: string, path = '/me') =>
  api.call(path, { headers: { authorization: `Bearer ${token}` } });
const jwtOf = async (token: string, path = '/me') => {
  const { requestContext } = JSON.parse((await callWith(token, path)).text);
  return requestContext.authorizer.jwt;
};
const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString('base64url');

async function askToken(body: unknown, init: RequestInit = {}) {
  const answer = await fetch(`${api.aws.endpoint}/_aws/oidc/token`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...init,
  });
  const answered = (await answer.json()) as Record<string, string>;
  return { status: answer.status, headers: answer.headers, body: answered };
}

describe('the data folder', () => {
  it('keeps the key for its owner alone, and a token outlives a restart', async () => {
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const { body } = await askToken({ sub: 'ada' });
    const { apiId } = api;
    await api.close();
    api = await openShop();
    expect(api.apiId).toBe(apiId);
    expect(await callWith(body.access_token ?? '')).toMatchObject({ status: 200 });
  });

  it('refuses a key that cannot be used, and says what to do', async () => {
    const kept = readFileSync(keyFile, 'utf8');
    writeFileSync(keyFile, '{"kty":"RSA"}');
    await expect(openIssuer({ folder: dataDir })).rejects.toThrow(
      `${keyFile} holds no key to sign tokens with: `,
    );
    writeFileSync(keyFile, kept);
  });
});

describe('a token of the engine', () => {
  it('opens a route, and the function gets its claims as text', async () => {
    const { body } = await askToken({ sub: 'ada', scope: 'shop/admin shop/read' });
    const { access_token: token, ...rest } = body;
    expect(rest).toEqual({ token_type: 'Bearer', expires_in: 3_600, scope: 'shop/admin shop/read' });
    const iat = expect.stringMatching(/^\d{10}$/);
    expect(await jwtOf(token ?? '')).toEqual({
      claims: {
        iss: ISSUER,
        aud: 'shop',
        sub: 'ada',
        scope: 'shop/admin shop/read',
        iat,
        exp: iat,
        jti: expect.any(String),
      },
      scopes: null,
    });
  });

  it('brings its scopes where the route asks for some, of which one is enough', async () => {
    const { body } = await askToken({ sub: 'ada', scope: 'shop/owner shop/read' });
    expect(await jwtOf(body.access_token ?? '', '/admin')).toMatchObject({
      scopes: ['shop/owner', 'shop/read'],
    });
    const listed = await issuer.sign(claims({ scp: ['shop/admin'], scope: 'ignored' }));
    expect(await jwtOf(listed, '/admin')).toMatchObject({ scopes: ['shop/admin'] });
  });

  it('may come without Bearer, or with it in any case', async () => {
    const token = await issuer.sign(claims());
    for (const authorization of [token, `bearer ${token}`, `BEARER  ${token}`]) {
      expect(await api.call('/me', { headers: { authorization } })).toMatchObject({ status: 200 });
    }
  });

  it('has lists, numbers, truths and objects as text, and what is null not at all', async () => {
    const more = { groups: ['a', 'b'], age: 7, isKnown: true, address: { city: 'x' }, nick: null };
    expect(await jwtOf(await issuer.sign(claims(more)))).toMatchObject({
      claims: { groups: '[a b]', age: '7', isKnown: 'true', address: '{"city":"x"}' },
    });
    expect((await jwtOf(await issuer.sign(claims(more)))).claims).not.toHaveProperty('nick');
  });

  it.each([
    ['one of several audiences', { aud: ['elsewhere', 'back-office'] }],
    ['a client_id in place of an audience', { aud: undefined, client_id: 'shop' }],
    ['no time of issue', { iat: undefined }],
  ])('is valid with %s', async (_, more) => {
    expect(await callWith(await issuer.sign(claims(more)))).toMatchObject({ status: 200 });
  });

  it('expires by the engine’s clock', async () => {
    const { body } = await askToken({ sub: 'ada', expires_in: 120 });
    expect(await callWith(body.access_token ?? '')).toMatchObject({ status: 200 });
    api.aws.clock.advance(121_000);
    expect(await callWith(body.access_token ?? '')).toMatchObject({ status: 401 });
  });

  it('is not needed on an open route, which has no authorizer in its event', async () => {
    const { requestContext } = await api.eventOf('/open', { headers: { authorization: 'Bearer garbage' } });
    expect(requestContext).not.toHaveProperty('authorizer');
  });
});

describe('a request is refused', () => {
  const unauthorized = { status: 401, text: '{"message":"Unauthorized"}' };
  const invoked = () => api.aws.observations.recent().filter(({ kind }) => kind === 'invoked').length;

  it.each<Record<string, string>>([{}, { authorization: '' }])('without a token: %j', async (headers) => {
    const answer = await api.call('/me', { headers });
    expect(answer).toMatchObject({ ...unauthorized, headers: { 'www-authenticate': 'Bearer' } });
  });

  const signedElsewhere = async () => {
    const { privateKey } = await generateKeyPair('RS256');
    const [key] = issuer.keySet.keys;
    return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', kid: key?.kid }).sign(privateKey);
  };
  const hs256WithPublicKey = async () => {
    const [key = {}] = issuer.keySet.keys;
    const publicKey = await importJWK({ ...key }, 'RS256', { extractable: true });
    const secret = await exportSPKI(publicKey as Parameters<typeof exportSPKI>[0]);
    const input = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims())}`;
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  };
  const withOwnKey = async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const { exportJWK } = await import('jose');
    const jwk = await exportJWK(publicKey);
    return new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', jwk }).sign(privateKey);
  };
  const tampered = async () => {
    const [header, , signature] = (await issuer.sign(claims())).split('.');
    return `${header}.${encode(claims({ sub: 'root' }))}.${signature}`;
  };
  const signed = (more: JWTPayload) => () => issuer.sign(claims(more));

  it.each<[string, () => string | Promise<string>, string]>([
    ['garbage', () => 'garbage', 'token contains an invalid number of segments'],
    ['three segments of garbage', () => 'a.b.c', 'the token cannot be read'],
    [
      'no algorithm',
      () => `${encode({ alg: 'none' })}.${encode(claims())}.`,
      'signing method none is invalid',
    ],
    ['an HMAC with the public key', hs256WithPublicKey, 'signing method HS256 is invalid'],
    [
      'an algorithm that breaks the header',
      () => `${encode({ alg: '"\r\nx: y' })}.e30.x`,
      'signing method ???x: y is invalid',
    ],
    ['another key under the same name', signedElsewhere, 'crypto/rsa: verification error'],
    ['a key that it brings itself', withOwnKey, 'the issuer has no key of this kid'],
    ['claims changed after it was signed', tampered, 'crypto/rsa: verification error'],
    ['another issuer', signed({ iss: 'https://evil.example' }), 'the token does not have a valid issuer'],
    ['no issuer', signed({ iss: undefined }), 'the token does not have a valid issuer'],
    ['another audience', signed({ aud: 'elsewhere' }), 'the token does not have a valid audience'],
    [
      'another audience, whatever its client',
      signed({ aud: 'elsewhere', client_id: 'shop' }),
      'the token does not have a valid audience',
    ],
    ['no audience', signed({ aud: undefined }), 'the token does not have a valid audience'],
    [
      'a time to expire that is over',
      () => issuer.sign(claims({ exp: seconds() - 1 })),
      'the token has expired',
    ],
    ['no time to expire', signed({ exp: undefined }), 'the token has no valid exp claim'],
    [
      'a time from which it is valid that is to come',
      () => issuer.sign(claims({ nbf: seconds() + 60 })),
      'the token is not valid yet',
    ],
    [
      'a time of issue that is to come',
      () => issuer.sign(claims({ iat: seconds() + 60 })),
      'the token was issued in the future',
    ],
  ])('with %s', async (_, forge, description) => {
    const before = invoked();
    const answer = await callWith(await forge());
    expect(answer).toMatchObject(unauthorized);
    expect(answer.headers['www-authenticate']).toBe(
      `Bearer scope="" error="invalid_token" error_description="${description}"`,
    );
    expect(invoked()).toBe(before);
  });

  it.each([{}, { scope: 'shop/read' }, { scope: 'shop/administration' }, { scp: 'none' }])(
    'with 403 when it has none of the route’s scopes: %j',
    async (more) => {
      const before = invoked();
      const answer = await callWith(await issuer.sign(claims(more)), '/admin');
      expect(answer).toMatchObject({ status: 403, text: '{"message":"Forbidden"}' });
      expect(answer.headers['www-authenticate']).toBe(
        'Bearer scope="shop/admin shop/owner" error="insufficient_scope" error_description="the token does not have any of the scopes of the route"',
      );
      expect(invoked()).toBe(before);
    },
  );

  it('as if there were no route when its authorizer is gone', async () => {
    await api.remove('AWS::ApiGatewayV2::Authorizer', 'Authorizer');
    expect(await callWith(await issuer.sign(claims()))).toMatchObject({ status: 404 });
    await api.putAuthorizer();
    expect(await callWith(await issuer.sign(claims()))).toMatchObject({ status: 200 });
  });
});

describe('an identity source', () => {
  it('may be another header, or a parameter', async () => {
    const token = await issuer.sign(claims());
    await api.putAuthorizer({ IdentitySource: ['$request.header.X-Token'] });
    expect(await api.call('/me', { headers: { 'x-token': token } })).toMatchObject({ status: 200 });
    expect(await callWith(token)).toMatchObject({ status: 401 });
    await api.putAuthorizer({ IdentitySource: ['$request.querystring.token'] });
    expect(await api.call(`/me?token=${token}`)).toMatchObject({ status: 200 });
    await api.putAuthorizer();
  });

  it.each([[[]], [['$request.body.token']], [['$request.header.a', '$request.header.b']]])(
    'refuses %j',
    async (IdentitySource) => {
      await expect(api.putAuthorizer({ IdentitySource })).rejects.toThrow(
        'is not one of $request.header.NAME',
      );
    },
  );
});

describe('the issuer', () => {
  it('publishes where its key is, and the key without its private part', async () => {
    const base = `${api.aws.endpoint}/_aws/oidc`;
    const discovery = (await (await fetch(`${base}/.well-known/openid-configuration`)).json()) as Record<
      string,
      string
    >;
    expect(discovery).toMatchObject({
      issuer: ISSUER,
      jwks_uri: `${base}/jwks.json`,
      token_endpoint: `${base}/token`,
      id_token_signing_alg_values_supported: ['RS256'],
    });
    const { keys } = (await (await fetch(discovery.jwks_uri ?? '')).json()) as {
      keys: Record<string, string>[];
    };
    expect(keys).toEqual([
      { kty: 'RSA', alg: 'RS256', use: 'sig', kid: expect.any(String), n: expect.any(String), e: 'AQAB' },
    ]);
    const { body } = await askToken({ sub: 'ada' });
    const { protectedHeader } = await jwtVerify(
      body.access_token ?? '',
      await importJWK(keys[0] ?? {}, 'RS256'),
      {
        currentDate: new Date(api.aws.clock.now()),
      },
    );
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: keys[0]?.kid });
  });

  it('takes a form as well, and another audience of the authorizer', async () => {
    const body = new URLSearchParams({ sub: 'ada', audience: 'back-office', expires_in: '60' });
    const answer = await askToken(undefined, { body });
    expect(answer).toMatchObject({ status: 200, body: { expires_in: 60 } });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await jwtOf(answer.body.access_token ?? '')).toMatchObject({ claims: { aud: 'back-office' } });
  });

  it.each([
    ['nobody', {}, 'sub is missing: say whom the token is for'],
    ['an empty name', { sub: ' ' }, 'sub is " ": give a text that is not empty'],
    ['a name that is a number', { sub: 7 }, 'sub is 7: give a text that is not empty'],
    ['no time', { sub: 'ada', expires_in: 0 }, 'expires_in is 0: give whole seconds from 1 to 31536000'],
    ['a time in words', { sub: 'ada', expires_in: '1h' }, 'expires_in is "1h": give whole seconds'],
    [
      'an unknown audience',
      { sub: 'ada', audience: 'x' },
      'no authorizer here takes the audience "x"; there is shop, back-office',
    ],
    [
      'what it does not know',
      { sub: 'ada', iss: 'x' },
      'unknown: iss; there is sub, scope, audience, expires_in',
    ],
    ['a list', [], 'the body is not a JSON object'],
  ])('refuses to make a token for %s', async (_, input, words) => {
    const { body, status } = await askToken(input);
    expect({ status, error: body.error }).toEqual({ status: 400, error: 'invalid_request' });
    expect(body.error_description).toContain(words);
  });

  it('refuses a body that is no JSON, one that is too long, and any other path', async () => {
    expect((await askToken(undefined, { body: 'sub=ada' })).body.error_description).toContain(
      'neither JSON nor',
    );
    expect((await askToken({ sub: 'a'.repeat(65_536) })).status).toBe(413);
    const answer = await fetch(`${api.aws.endpoint}/_aws/oidc/token`);
    expect([answer.status, await answer.json()]).toEqual([
      404,
      {
        error: 'invalid_request',
        error_description:
          'there is no GET /token here; there is GET /.well-known/openid-configuration, GET /jwks.json, POST /token',
      },
    ]);
  });

  it('asks which when several authorizers would take a token', async () => {
    const other = {
      ApiId: api.apiId,
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://other.example', Audience: ['other', 'shop'] },
    };
    await api.put('AWS::ApiGatewayV2::Authorizer', 'Other', other);
    const describe = async (input: unknown) => (await askToken(input)).body.error_description;
    expect(await describe({ sub: 'ada' })).toBe(
      'several authorizers would take it: give an audience that only one has, of shop, back-office, other',
    );
    expect(await describe({ sub: 'ada', audience: 'shop' })).toContain(
      'of different issuers for the audience shop',
    );
    expect((await askToken({ sub: 'ada', audience: 'other' })).status).toBe(200);
    const discovery = await fetch(`${api.aws.endpoint}/_aws/oidc/.well-known/openid-configuration`);
    expect(await discovery.json()).toMatchObject({ issuer: `${api.aws.endpoint}/_aws/oidc` });
    await api.remove('AWS::ApiGatewayV2::Authorizer', 'Other');
  });

  it('says so when nothing takes tokens', async () => {
    await api.remove('AWS::ApiGatewayV2::Authorizer', 'Authorizer');
    expect((await askToken({ sub: 'ada' })).body.error_description).toContain(
      'no API with a JWT authorizer is deployed',
    );
    await api.putAuthorizer();
  });
});
