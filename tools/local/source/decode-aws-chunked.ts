import { AwsError } from '../wire/aws-error.ts';

/**
 * Takes the content out of the encoding `aws-chunked`: `SIZE[;chunk-signature=…]\r\nDATA\r\n…0\r\n[TRAILER: VALUE\r\n…]\r\n`.
 * The trailing headers are set in `trailers` once the last chunk has gone by.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  let pending: Buffer = Buffer.alloc(0);
  let state = 'size' as 'size' | 'data' | 'data end' | 'trailers';
  let left = 0;
  for await (const arrived of source) {
    pending = pending.length > 0 ? Buffer.concat([pending, arrived]) : arrived;
    for (;;) {
      if (state === 'data') {
        const data = pending.subarray(0, left);
        if (data.length === 0) break;
        pending = pending.subarray(data.length);
        left -= data.length;
        yield data;
        if (left > 0) break;
        state = 'data end';
      }
      const lineEnd = pending.indexOf('\r\n');
      if (lineEnd < 0) break;
      const line = pending.toString('latin1', 0, lineEnd);
      pending = pending.subarray(lineEnd + 2);
      if (state === 'data end') state = 'size';
      else if (state === 'trailers') {
        const colon = line.indexOf(':');
        if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      } else {
        left = Number.parseInt(line, 16);
        if (Number.isNaN(left)) throw malformed(line);
        state = left === 0 ? 'trailers' : 'data';
      }
    }
  }
  if (state !== 'trailers') {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    );
  }
}

function malformed(line: string): AwsError {
  return new AwsError(
    'InvalidRequest',
    `the aws-chunked body has "${line.slice(0, 40)}" where a chunk's size should be`,
  );
}
