import type { IncomingMessage } from 'node:http';
import { AwsError } from './aws-error.ts';

/** The whole body of a request. Rejects with RequestEntityTooLarge (413) beyond `limitBytes`, and when the client hangs up. */
export async function readBody(
  request: IncomingMessage,
  { limitBytes }: { limitBytes: number },
): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // A refusal in the middle must leave the connection open, or its words would not arrive.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > limitBytes) {
      throw new AwsError('RequestEntityTooLarge', `the request's body is longer than ${limitBytes} bytes`, {
        status: 413,
      });
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
