import { hash } from 'node:crypto';

/** An ETag of a value: the same for the same JSON. */
export function etagOf(value: unknown): string {
  return `"${hash('sha256', JSON.stringify(value), 'base64url').slice(0, 22)}"`;
}

/**
 * Whether If-Match or If-None-Match names this ETag: one of a list, or `*`. Weakly compared: caches and gateways on the way may have
 * made it a weak one.
 */
export function namesEtag(header: string, etag: string): boolean {
  const strong = (text: string) => text.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some((each) => strong(each) === strong(etag));
}
