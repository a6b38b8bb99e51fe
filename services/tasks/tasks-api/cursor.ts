/** Where a list goes on, as callers are given it: opaque, and safe in a URL. */
export function writeCursor(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** The groups of the pattern that a cursor's place is held to; undefined for one that was not written so. */
export function readCursor(cursor: string, pattern: RegExp): readonly string[] | undefined {
  const place = Buffer.from(cursor, 'base64url').toString();
  return writeCursor(place) === cursor ? pattern.exec(place)?.slice(1) : undefined;
}

/** The answer to a cursor that is none of ours. */
export const strangeCursor = {
  status: 400,
  problem: {
    detail:
      'the cursor is none that was answered here: give nextCursor of the page before, or none to begin anew',
    errors: [{ pointer: '/query/cursor', detail: 'is no cursor of this list' }],
  },
} as const;
