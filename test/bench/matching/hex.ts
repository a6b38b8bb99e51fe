import { createHash } from 'node:crypto';

/** Hexadecimal digits as in ids and checksums, the same for the same number. */
export function hex(n: number, length: number): string {
  return createHash('sha256').update(String(n)).digest('hex').slice(0, length);
}
