import { hash } from 'node:crypto';

/** The same UUID for the same name, always (as RFC 9562 makes version 5, in a name space of our own). A domain's names begin with its own: `fanbus.tasks/…`. */
export function nameUuid(name: string): string {
  const hex = hash('sha1', name, 'hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
