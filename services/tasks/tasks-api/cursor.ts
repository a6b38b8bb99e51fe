/** Where a list goes on, as callers are given it: opaque, and safe in a URL. `list`: which one, without slashes; no other takes it. */
export function writeCursor(list: string, place: string): string {
  return Buffer.from(`${list}/${place}`).toString('base64url');
}

/** The groups of the pattern that the cursor's place in this list is held to; undefined for one that was not written so. */
export function readCursor(list: string, cursor: string, pattern: RegExp): readonly string[] | undefined {
  const place = Buffer.from(cursor, 'base64url')
    .toString()
    .slice(list.length + 1);
  return writeCursor(list, place) === cursor ? pattern.exec(place)?.slice(1) : undefined;
}

/** The answer to a cursor that is none of ours. */
export const strangeCursor = {
  status: 400,
  problem: {
    detail: 'the cursor is none of this list: give nextCursor of the page before, or none to begin anew',
    errors: [{ pointer: '/query/cursor', detail: 'is no cursor of this list' }],
  },
} as const;
