import type { ListPlace } from './review-reader.ts';

/** A place in a list as text. It names no user: whoever sends another's cursor goes on in a list of their own. */
export function writeCursor({ listed, imageId }: ListPlace): string {
  return Buffer.from(`${imageId} ${listed}`).toString('base64url');
}

/** The place that a cursor names; null when it is no cursor, or one of a list that lacks this upload. */
export function readCursor(
  cursor: string,
  { uploadId = '' }: { readonly uploadId: string | undefined },
): ListPlace | null {
  const [, imageId, listed] = PLACE.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return imageId !== undefined && listed?.startsWith(uploadId) ? { imageId, listed } : null;
}

const PLACE = /^([0-9a-f-]{36}) ([0-9a-f-]{36}#[0-9TZ:.-]{24})$/;
