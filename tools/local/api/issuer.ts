import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  calculateJwkThumbprint,
  decodeProtectedHeader,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import { UserError } from '../../user-error.ts';
import { InvalidTokenError } from './invalid-token-error.ts';

/** The engine as an OpenID Connect issuer: one RSA key that signs every token, whatever issuer the token names. */
export interface Issuer {
  /** The public key, as a JSON Web Key Set. */
  readonly keySet: { readonly keys: readonly JWK[] };
  sign(claims: JWTPayload): Promise<string>;
  /**
   * The claims of a token that this key signed for `issuer`, and that is valid at `now` (milliseconds since 1970). Throws
   * `InvalidTokenError`, in AWS's words as far as they are known.
   */
  verify(token: string, expected: { readonly issuer: string; readonly now: number }): Promise<JWTPayload>;
}

/** Makes a key; with a folder, takes the one that is kept there. Throws `UserError` when the folder's key cannot be used. */
export async function openIssuer({ folder }: { readonly folder?: string } = {}): Promise<Issuer> {
  const privateJwk = folder === undefined ? await makeKey() : await keepKey(join(folder, 'oidc-key.json'));
  const { e, kty, n } = privateJwk;
  const kid = await calculateJwkThumbprint({ e, kty, n });
  const publicJwk: JWK = { kty, n, e, kid, alg: ALGORITHM, use: 'sig' };
  const privateKey = await importJWK(privateJwk, ALGORITHM);
  const publicKey = await importJWK(publicJwk, ALGORITHM);

  return {
    keySet: { keys: [publicJwk] },
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' }).sign(privateKey),
    async verify(token, { issuer, now }) {
      if (token.split('.').length !== 3) {
        throw new InvalidTokenError('token contains an invalid number of segments');
      }
      try {
        const header = decodeProtectedHeader(token);
        if (header.alg !== ALGORITHM) throw new InvalidTokenError(`signing method ${header.alg} is invalid`);
        if (header.kid !== kid) throw new InvalidTokenError('the issuer has no key of this kid');
        const options = {
          algorithms: [ALGORITHM],
          requiredClaims: ['exp'],
          currentDate: new Date(now),
          issuer,
        };
        return (await jwtVerify(token, publicKey, options)).payload;
      } catch (cause) {
        throw cause instanceof InvalidTokenError ? cause : new InvalidTokenError(describe(cause), { cause });
      }
    },
  };
}

const ALGORITHM = 'RS256';

async function makeKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true });
  return exportJWK(privateKey);
}

/** A key is kept, so that tokens outlive a restart as the rest of the folder does. */
async function keepKey(file: string): Promise<JWK> {
  try {
    const kept: JWK = JSON.parse(readFileSync(file, 'utf8'));
    await importJWK(kept, ALGORITHM);
    if (kept.d !== undefined) return kept;
    throw new Error('it has no private part');
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) {
      const reason = cause instanceof Error ? cause.message : cause;
      throw new UserError(
        `${file} holds no key to sign tokens with: ${reason}. Delete it, and a new one is made; tokens of the old one are no longer valid then.`,
        { cause },
      );
    }
  }
  const made = await makeKey();
  const draft = `${file}.draft`;
  rmSync(draft, { force: true });
  writeFileSync(draft, JSON.stringify(made), { mode: 0o600 });
  renameSync(draft, file);
  return made;
}

function describe(cause: unknown): string {
  if (cause instanceof errors.JWSSignatureVerificationFailed) return 'crypto/rsa: verification error';
  if (cause instanceof errors.JWTExpired) return 'the token has expired';
  if (cause instanceof errors.JWTClaimValidationFailed) {
    const known: Readonly<Record<string, string>> = {
      exp: 'the token has no valid exp claim',
      iss: 'the token does not have a valid issuer',
      nbf: 'the token is not valid yet',
    };
    return known[cause.claim] ?? `the token does not have a valid ${cause.claim}`;
  }
  return 'the token cannot be read';
}
