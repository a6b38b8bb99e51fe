import { randomUUID } from 'node:crypto';
import type { Authorizer } from './http-api.ts';

/** A request for a token that cannot be met; the message says what to ask for instead. */
export class TokenRequestError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'TokenRequestError';
  }
}

export interface PlannedToken {
  readonly claims: {
    readonly iss: string;
    readonly aud: string;
    readonly sub: string;
    readonly scope?: string;
    /** Seconds since 1970. */
    readonly iat: number;
    readonly exp: number;
    readonly jti: string;
  };
  /** Seconds. */
  readonly expiresIn: number;
}

/** The claims of the token that `{sub, scope, audience, expires_in}` asks for, as one of the authorizers takes it. Throws `TokenRequestError`. */
export function planToken(options: {
  readonly input: Readonly<Record<string, unknown>>;
  readonly authorizers: readonly Pick<Authorizer, 'issuer' | 'audience'>[];
  /** Milliseconds since 1970. */
  readonly now: number;
}): PlannedToken {
  const { authorizers, input, now } = options;
  const unknown = Object.keys(input).filter((name) => !PARAMETERS.includes(name));
  if (unknown.length > 0) {
    throw new TokenRequestError(`unknown: ${unknown.join(', ')}; there is ${PARAMETERS.join(', ')}`);
  }
  const sub = readText(input, 'sub');
  if (sub === undefined) throw new TokenRequestError('sub is missing: say whom the token is for');
  const scope = readText(input, 'scope');
  const expiresIn = readSeconds(input.expires_in ?? 3_600);
  const iat = Math.floor(now / 1_000);
  return {
    claims: {
      ...chooseAudience(authorizers, readText(input, 'audience')),
      sub,
      ...(scope !== undefined && { scope }),
      iat,
      exp: iat + expiresIn,
      jti: randomUUID(),
    },
    expiresIn,
  };
}

const PARAMETERS: readonly string[] = ['sub', 'scope', 'audience', 'expires_in'];
const LONGEST_SECONDS = 31_536_000;

function readText(input: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = input[name];
  if (value === undefined) return undefined;
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new TokenRequestError(`${name} is ${JSON.stringify(value)}: give a text that is not empty`);
}

function readSeconds(value: unknown): number {
  // A form has texts only.
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds === 'number' && Number.isInteger(seconds)) {
    if (seconds >= 1 && seconds <= LONGEST_SECONDS) return seconds;
  }
  throw new TokenRequestError(
    `expires_in is ${JSON.stringify(value)}: give whole seconds from 1 to ${LONGEST_SECONDS}`,
  );
}

/** The issuer and audience of the one authorizer that there is, or of the one for this audience. */
function chooseAudience(
  authorizers: readonly Pick<Authorizer, 'issuer' | 'audience'>[],
  wanted: string | undefined,
): { iss: string; aud: string } {
  if (authorizers.length === 0) {
    throw new TokenRequestError('no API with a JWT authorizer is deployed here: deploy one first');
  }
  const choices = new Map<string, { iss: string; aud: string }>();
  for (const { audience, issuer } of authorizers) {
    const aud = wanted === undefined ? audience[0] : audience.find((each) => each === wanted);
    if (aud !== undefined) choices.set(JSON.stringify([issuer, aud]), { iss: issuer, aud });
  }
  const [choice] = choices.values();
  if (choice && choices.size === 1) return choice;
  const known = [...new Set(authorizers.flatMap(({ audience }) => audience))].join(', ');
  throw new TokenRequestError(
    choice
      ? `several authorizers would take it${wanted === undefined ? '' : `, of different issuers for the audience ${wanted}`}: give an audience that only one has, of ${known}`
      : `no authorizer here takes the audience "${wanted}"; there is ${known}`,
  );
}
