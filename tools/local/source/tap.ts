import type { Digest } from './checksum.ts';

/** Passes chunks on, each to the digests first. */
export async function* tap(
  chunks: AsyncIterable<Buffer>,
  digests: readonly Pick<Digest, 'update'>[],
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    for (const digest of digests) digest.update(chunk);
    yield chunk;
  }
}
