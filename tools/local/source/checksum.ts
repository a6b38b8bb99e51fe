import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A digest that takes bytes piece by piece. */
export interface Digest {
  update(chunk: Buffer): void;
  digest(): Buffer;
}

/** The checksum that a header such as `x-amz-checksum-crc32` names; undefined for one that is not computed here. */
export function createChecksum(header: string): Digest | undefined {
  switch (header) {
    case 'x-amz-checksum-crc32':
      return createCrc32();
    case 'x-amz-checksum-sha1':
      return createHash('sha1');
    case 'x-amz-checksum-sha256':
      return createHash('sha256');
    default:
      return undefined;
  }
}

function createCrc32(): Digest {
  let value = 0;
  return {
    update(chunk) {
      value = crc32(chunk, value);
    },
    digest() {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    },
  };
}
