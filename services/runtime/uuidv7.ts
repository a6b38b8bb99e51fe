import { randomUUID } from 'node:crypto';

/** A UUID version 7 (RFC 9562) of this moment: sorts by time. Node's own is too new for the Lambda runtime. */
export function uuidv7(nowMs: number): string {
  const time = nowMs.toString(16).padStart(12, '0');
  // Version, variant and randomness stand at the same places in version 4.
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
