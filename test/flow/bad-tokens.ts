import { generateKeyPair, SignJWT } from 'jose';
import type { ApiFlow } from './open-api-flow.ts';

/** Tokens that nobody should be let in with, by what is wrong with them; null is none. Steps the clock past the time of one. */
export async function badTokens({
  aws,
  token,
}: Pick<ApiFlow, 'aws' | 'token'>): Promise<Readonly<Record<string, string | null>>> {
  const [head, payload = '', signature] = (await token({ sub: 'ada' })).split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const asRoot = Buffer.from(JSON.stringify({ ...claims, sub: 'root' })).toString('base64url');
  const { privateKey } = await generateKeyPair('RS256');
  const sign = (changed: object) =>
    new SignJWT({ ...claims, ...changed }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  const expired = await token({ sub: 'ada', expires_in: 1 });
  aws.clock.advance(2_000);
  return {
    none: null,
    garbage: 'x.y.z',
    changed: `${head}.${asRoot}.${signature}`,
    'signed by another': await sign({}),
    "another issuer's": await sign({ iss: 'https://issuer.example' }),
    expired,
  };
}
