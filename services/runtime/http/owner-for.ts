import type { Principal } from './principal.ts';

/**
 * Whose things a request is about: those of the owner it names, else the caller's own. Undefined when they are somebody else's and the
 * caller no admin.
 */
export function ownerFor({ sub, isAdmin }: Principal, named = sub): string | undefined {
  return named === sub || isAdmin ? named : undefined;
}

/** The answer to who asks for a list of somebody else's. */
export const notYours = {
  status: 403,
  problem: {
    detail: "owner is somebody else, and only the scope fanbus/admin sees others' things: leave it out",
    errors: [{ pointer: '/query/owner', detail: 'must be you' }],
  },
} as const;
