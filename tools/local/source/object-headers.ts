import { AwsError } from '../wire/aws-error.ts';
import type { StoredObject } from './buckets.ts';
import type { S3Request } from './s3-request.ts';

/** The headers of an upload that stay with the object. Refuses by name those whose effect is not there. */
export function keptHeaders(request: S3Request): Record<string, string> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const [name, value] of Object.entries(request.message.headers)) {
    if (typeof value !== 'string') continue;
    if (REFUSED.has(name)) {
      throw new AwsError('NotImplemented', `the local S3 has nothing behind the header ${name}`, {
        status: 501,
      });
    }
    if (KEPT.has(name) || name.startsWith('x-amz-meta-')) kept[name] = value;
  }
  const encodings = (kept['content-encoding'] ?? '')
    .split(',')
    .map((encoding) => encoding.trim())
    .filter((encoding) => encoding !== '' && encoding !== 'aws-chunked');
  if (encodings.length > 0) kept['content-encoding'] = encodings.join(',');
  else delete kept['content-encoding'];
  return kept;
}

const KEPT = new Set([
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]);

const REFUSED = new Set([
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-server-side-encryption-customer-algorithm',
  'x-amz-website-redirect-location',
  'x-amz-write-offset-bytes',
]);

/** Refuses an upload whose `If-None-Match: *` or `If-Match` does not hold for what is there now. */
export function checkWriteConditions(request: S3Request, existing: StoredObject | undefined): void {
  const ifNoneMatch = request.header('if-none-match');
  const ifMatch = request.header('if-match');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') {
    throw new AwsError('NotImplemented', `an upload's If-None-Match can only be *, not ${ifNoneMatch}`, {
      status: 501,
    });
  }
  if (ifMatch !== undefined && !existing) {
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  }
  if ((ifNoneMatch && existing) || (ifMatch !== undefined && unquote(ifMatch) !== existing?.etag)) {
    throw preconditionFailed(ifMatch === undefined ? 'If-None-Match' : 'If-Match');
  }
}

/** Milliseconds since 1970 of the moment as HTTP dates tell it. */
export function wholeSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1_000) * 1_000;
}

export function preconditionFailed(condition: string): AwsError {
  return new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', {
    status: 412,
    details: { Condition: condition },
  });
}

export function unquote(etag: string): string {
  return etag.trim().replace(/^"|"$/g, '');
}
