import { Refusal } from './refusal.ts';

/** Who asks, as the authorizer has verified. */
export interface Principal {
  /** The user, and the owner of what they make. */
  readonly sub: string;
  /** Whether they see what is everybody's: the scope `fanbus/admin`. */
  readonly isAdmin: boolean;
}

/** The principal of a token's claims. Throws `Refusal` when there is none, or none that can own anything. */
export function principalOf(claims: Readonly<Record<string, unknown>> | undefined): Principal {
  const sub = claims?.sub;
  if (typeof sub !== 'string') {
    throw new Refusal(401, {
      detail: 'there is no token, or it says no sub: send Authorization: Bearer <token>',
    });
  }
  if (!OWNER.test(sub) || Buffer.byteLength(sub) > OWNER_MAX_BYTES || NOBODYS.has(sub)) {
    throw new Refusal(403, {
      detail: `the token's sub can own nothing here: it must have 1 to ${OWNER_MAX_BYTES} bytes without blanks and slashes, and not be ${[...NOBODYS].join(', ')}`,
    });
  }
  const scopes = typeof claims?.scope === 'string' ? claims.scope.split(' ') : [];
  return { sub, isAdmin: scopes.includes('fanbus/admin') };
}

/** It is a folder in the names of uploads. */
const OWNER = /^[^/\s\p{Cc}]+$/u;
const OWNER_MAX_BYTES = 128;
/** The owner of what was uploaded without one, and folders that are none. */
const NOBODYS: ReadonlySet<string> = new Set(['shared', '.', '..']);
