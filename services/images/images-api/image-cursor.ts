import type { ListPlace } from './review-reader.ts';

/** A place in a user's list, as text. */
export function writeCursor(userId: string, { listed, imageId }: ListPlace): string {
  return Buffer.from(`${userId} ${imageId} ${listed}`).toString('base64url');
}

/** The place that a cursor names; null when it is no cursor, one of another user's list, or one of a list that lacks this upload. */
export function readCursor(
  userId: string,
  cursor: string,
  { uploadId = '' }: { readonly uploadId: string | undefined },
): ListPlace | null {
  const [, listedUser, imageId, listed] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return listedUser === userId && imageId !== undefined && listed?.startsWith(uploadId)
    ? { imageId, listed }
    : null;
}

const PLACE = /^(\S+) ([0-9a-f-]{36}) ([0-9a-f-]{36}#[0-9TZ:.-]{24})$/;
