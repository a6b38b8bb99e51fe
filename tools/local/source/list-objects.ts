import { AwsError } from '../wire/aws-error.ts';
import type { XmlContent } from '../wire/xml.ts';
import type { Bucket } from './buckets.ts';
import { compareKeys } from './key-order.ts';
import { type S3Request, sendXml } from './s3-request.ts';

/** ListObjectsV2 and its forerunner ListObjects. */
export function listObjects(request: S3Request, bucket: Bucket): void {
  const { query } = request;
  const isV2 = query.get('list-type') === '2';
  const token = query.get('continuation-token');
  const after = isV2
    ? token === null
      ? (query.get('start-after') ?? '')
      : decodeToken(token)
    : (query.get('marker') ?? '');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = Number(query.get('max-keys') ?? 1_000);
  if (!Number.isInteger(maxKeys) || maxKeys < 0) {
    throw new AwsError('InvalidArgument', `max-keys is ${query.get('max-keys')}: it must be a whole number`);
  }
  const page = listPage({ bucket, prefix, delimiter, after, limit: Math.min(maxKeys, 1_000) });
  const encode = query.get('encoding-type') === 'url' ? encodeKey : (key: string) => key;
  const contents = page.keys.map((key): XmlContent => {
    const object = bucket.get(key);
    return {
      Key: encode(key),
      LastModified: object?.lastModified.toISOString(),
      ETag: `"${object?.etag}"`,
      Size: object?.body.size,
      StorageClass: 'STANDARD',
    };
  });
  sendXml(request.response, 'ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter ? encode(delimiter) : undefined,
    MaxKeys: maxKeys,
    EncodingType: query.get('encoding-type') ?? undefined,
    IsTruncated: page.isTruncated,
    ...(isV2
      ? {
          KeyCount: page.keys.length + page.commonPrefixes.length,
          ContinuationToken: token ?? undefined,
          NextContinuationToken: page.isTruncated ? encodeToken(page.last) : undefined,
          StartAfter: query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined,
        }
      : {
          Marker: encode(query.get('marker') ?? ''),
          NextMarker: page.isTruncated && delimiter ? encode(page.last) : undefined,
        }),
    Contents: contents,
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
  });
}

interface Page {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly isTruncated: boolean;
  /** The key or common prefix at which the next page goes on. */
  readonly last: string;
}

/** Keys after `after` in S3's order; those that share a prefix up to the delimiter are one entry. */
function listPage(options: {
  readonly bucket: Bucket;
  readonly prefix: string;
  readonly delimiter: string;
  readonly after: string;
  readonly limit: number;
}): Page {
  const { bucket, prefix, delimiter, after, limit } = options;
  const all = bucket.keys();
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  for (
    let index = firstFrom(all, compareKeys(prefix, after) > 0 ? prefix : after);
    index < all.length;
    index += 1
  ) {
    const key = all[index] ?? '';
    if (!key.startsWith(prefix)) {
      if (compareKeys(key, prefix) > 0) break;
      continue;
    }
    const end = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    const entry = end < 0 ? key : key.slice(0, end + delimiter.length);
    if (compareKeys(entry, after) <= 0 || (end >= 0 && entry === commonPrefixes.at(-1))) continue;
    if (keys.length + commonPrefixes.length === limit) {
      return { keys, commonPrefixes, isTruncated: limit > 0, last };
    }
    (end < 0 ? keys : commonPrefixes).push(entry);
    last = entry;
  }
  return { keys, commonPrefixes, isTruncated: false, last };
}

/** The index of the first key that is not before `from`. */
function firstFrom(keys: readonly string[], from: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareKeys(keys[middle] ?? '', from) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll('%2F', '/');
}

function encodeToken(last: string): string {
  return Buffer.from(last).toString('base64');
}

function decodeToken(token: string): string {
  return Buffer.from(token, 'base64').toString();
}
