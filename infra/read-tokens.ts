import { SettingsError } from './settings-error.ts';

/** Whose tokens the API takes. */
export interface Tokens {
  /** The `iss` of its tokens: an OpenID Connect issuer, whose keys AWS fetches when the API is deployed. */
  readonly issuer: string;
  /** The `aud`, or `client_id`, of tokens for this API. */
  readonly audience: string;
  /** Whether none was named: the engine takes any, AWS refuses this one. */
  readonly isPlaceholder: boolean;
}

/** Reads the issuer and the audience. Throws `SettingsError` when one is no text, or comes without the other. */
export function readTokens({
  issuer,
  audience,
}: {
  readonly issuer: unknown;
  readonly audience: unknown;
}): Tokens {
  if (issuer === undefined && audience === undefined) return placeholder;
  if (typeof issuer !== 'string' || !/^https:\/\/[^\s/?#]+[^\s?#]*$/.test(issuer)) {
    throw new SettingsError(
      `the issuer is ${JSON.stringify(issuer)}, and must be an https URL, exactly as its tokens say it. Name it with -c issuer=https://….`,
    );
  }
  if (typeof audience !== 'string' || !/^\S+$/.test(audience)) {
    throw new SettingsError(
      `the audience is ${JSON.stringify(audience)}, and must be the aud, or the client_id, of the issuer's tokens. Name it with -c audience=….`,
    );
  }
  return { issuer, audience, isPlaceholder: false };
}

/** Names that nobody can have (RFC 2606). */
const placeholder: Tokens = {
  issuer: 'https://issuer.fanbus.invalid',
  audience: 'fanbus',
  isPlaceholder: true,
};
