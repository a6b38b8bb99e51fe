import { randomBytes } from 'node:crypto';
import type { Caller } from '../local-service.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Hands out fake credentials and knows by the access key of a request who sent it. */
export interface Callers {
  issue(caller: Caller): Credentials;
  /** The caller behind an access key. Every key that was not issued here belongs to the user. */
  identify(accessKeyId: string | undefined): Caller;
}

export const user: Caller = { kind: 'user', name: 'user' };

export function createCallers(): Callers {
  const byKey = new Map<string, Caller>();
  return {
    issue(caller) {
      const accessKeyId = `ASIA${randomBytes(8).toString('hex').toUpperCase()}`;
      byKey.set(accessKeyId, caller);
      return { accessKeyId, secretAccessKey: 'local', sessionToken: 'local' };
    },
    identify: (accessKeyId) => (accessKeyId === undefined ? undefined : byKey.get(accessKeyId)) ?? user,
  };
}
