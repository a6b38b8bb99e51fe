import { createHash } from 'node:crypto';
import { AwsError } from '../wire/aws-error.ts';
import type { Body, BodyStore } from './body-store.ts';
import { createChecksum, type Digest } from './checksum.ts';
import { decodeAwsChunked } from './decode-aws-chunked.ts';
import type { S3Request } from './s3-request.ts';
import { tap } from './tap.ts';

export interface ReceivedBody {
  readonly body: Body;
  /** Hexadecimal. */
  readonly md5: string;
  /** By header, base64. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Stores a request's body and checks it against all that the client says of it: length, Content-MD5, SHA-256 and
 * checksums, in a header or in a trailer. CRC32C and CRC64NVME are kept and given back, but not computed.
 */
export async function receiveBody(request: S3Request, bodies: BodyStore): Promise<ReceivedBody> {
  const trailers = new Map<string, string>();
  const contentHash = request.header('x-amz-content-sha256') ?? '';
  const isChunked =
    contentHash.startsWith('STREAMING-') || request.header('content-encoding')?.includes('aws-chunked');
  // A refusal in the middle must leave the connection open, or its words would not arrive.
  const arriving = request.message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  const content = isChunked ? decodeAwsChunked(arriving, trailers) : arriving;

  const md5 = createHash('md5');
  const sha256 = SHA256_HEX.test(contentHash) ? createHash('sha256') : undefined;
  const headers = checksumHeaders(request);
  const checksums = new Map<string, Digest>();
  for (const header of headers) {
    const digest = createChecksum(header);
    if (digest) checksums.set(header, digest);
  }
  const body = await bodies.write(tap(content, [md5, ...(sha256 ? [sha256] : []), ...checksums.values()]));
  try {
    checkLength(body.size, request.header('x-amz-decoded-content-length'));
    const md5Digest = md5.digest();
    const statedMd5 = request.header('content-md5');
    if (statedMd5 !== undefined && statedMd5 !== md5Digest.toString('base64')) {
      throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (sha256 && sha256.digest('hex') !== contentHash) {
      throw new AwsError(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    const kept: Record<string, string> = {};
    for (const header of headers) {
      const stated = trailers.get(header) ?? request.header(header);
      const computed = checksums.get(header)?.digest().toString('base64');
      if (stated !== undefined && computed !== undefined && stated !== computed) {
        const name = header.slice('x-amz-checksum-'.length).toUpperCase();
        throw new AwsError('BadDigest', `The ${name} you specified did not match the calculated checksum.`);
      }
      const value = computed ?? stated;
      if (value !== undefined) kept[header] = value;
    }
    return { body, md5: md5Digest.toString('hex'), checksums: kept };
  } catch (error) {
    bodies.drop(body);
    throw error;
  }
}

const SHA256_HEX = /^[0-9a-f]{64}$/;

/** The checksums that the request carries, or announces for its trailer. */
function checksumHeaders(request: S3Request): readonly string[] {
  const announced = (request.header('x-amz-trailer') ?? '').toLowerCase().split(',');
  const present = Object.keys(request.message.headers);
  return [...announced.map((name) => name.trim()), ...present].filter((name) => CHECKSUM_HEADER.test(name));
}

const CHECKSUM_HEADER = /^x-amz-checksum-(crc32|crc32c|crc64nvme|sha1|sha256)$/;

function checkLength(size: number, stated: string | undefined): void {
  if (stated === undefined || Number(stated) === size) return;
  throw new AwsError('IncompleteBody', `x-amz-decoded-content-length says ${stated} bytes, but ${size} came`);
}
