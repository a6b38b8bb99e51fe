import type { Clock } from '../clock.ts';
import type { Collection, Persistence } from '../persistence/persistence.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Body, BodyStore } from './body-store.ts';
import { compareKeys } from './key-order.ts';
import type { ObjectTag } from './object-tags.ts';

export interface StoredObject {
  readonly key: string;
  readonly body: Body;
  /** Without quotes. */
  readonly etag: string;
  readonly lastModified: Date;
  /** `content-type`, `cache-control`, … and `x-amz-meta-*`, as they are given back. */
  readonly headers: Readonly<Record<string, string>>;
  /** By header: `x-amz-checksum-crc32`. */
  readonly checksums: Readonly<Record<string, string>>;
  readonly tags: readonly ObjectTag[];
}

export interface Upload {
  readonly id: string;
  readonly key: string;
  readonly startedAt: Date;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly ObjectTag[];
  readonly parts: Map<number, { readonly body: Body; readonly etag: string; readonly lastModified: Date }>;
}

export interface Bucket {
  readonly name: string;
  readonly createdAt: Date;
  readonly uploads: Map<string, Upload>;
  isEventBridgeOn: boolean;
  policy?: unknown;
  get(key: string): StoredObject | undefined;
  /** Puts an object in place of the one with its key, whose bytes go. */
  put(object: StoredObject): void;
  /** Gives an object that is there other tags; nothing else about it changes. */
  retag(object: StoredObject, tags: readonly ObjectTag[]): void;
  /** The object that was there. */
  delete(key: string): StoredObject | undefined;
  /** All keys in S3's order. */
  keys(): readonly string[];
}

export interface Buckets {
  list(): readonly Bucket[];
  find(name: string): Bucket | undefined;
  /** Throws NoSuchBucket. */
  get(name: string): Bucket;
  /** Throws InvalidBucketName, BucketAlreadyOwnedByYou. */
  create(name: string): Bucket;
  /** One that was there before the engine's last start. */
  restore(name: string, createdAt: Date): Bucket;
  /** Throws NoSuchBucket, BucketNotEmpty. */
  delete(name: string): void;
}

/** Buckets in memory; with `persistence`, their objects are kept in the data folder. */
export function createBuckets(clock: Clock, bodies: BodyStore, persistence?: Persistence): Buckets {
  const byName = new Map<string, Bucket>();

  function get(name: string): Bucket {
    const bucket = byName.get(name);
    if (bucket) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', {
      status: 404,
      details: { BucketName: name },
    });
  }

  return {
    list: () => [...byName.values()].sort((a, b) => compareKeys(a.name, b.name)),
    find: (name) => byName.get(name),
    get,
    create(name) {
      if (!BUCKET_NAME.test(name) || name.includes('..') || /^\d+(\.\d+){3}$/.test(name)) {
        throw new AwsError('InvalidBucketName', `The specified bucket is not valid: ${name}`);
      }
      if (byName.has(name)) {
        throw new AwsError(
          'BucketAlreadyOwnedByYou',
          'Your previous request to create the named bucket succeeded and you already own it.',
          { status: 409 },
        );
      }
      return restore(name, new Date(clock.now()));
    },
    restore,
    delete(name) {
      const bucket = get(name);
      if (bucket.keys().length > 0) {
        throw new AwsError('BucketNotEmpty', 'The bucket you tried to delete is not empty', { status: 409 });
      }
      for (const { parts } of bucket.uploads.values())
        for (const { body } of parts.values()) bodies.drop(body);
      byName.delete(name);
    },
  };

  function restore(name: string, createdAt: Date): Bucket {
    const kept = persistence?.collection<StoredObject>(`objects of ${name}`);
    const bucket = createBucket({ name, createdAt, bodies, kept });
    byName.set(name, bucket);
    return bucket;
  }
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

function createBucket(options: {
  readonly name: string;
  readonly createdAt: Date;
  readonly bodies: BodyStore;
  readonly kept: Collection<StoredObject> | undefined;
}): Bucket {
  const { name, createdAt, bodies, kept } = options;
  const objects = new Map<string, StoredObject>(kept?.entries().map(restoreObject));
  let sortedKeys: readonly string[] | undefined;
  return {
    name,
    createdAt,
    uploads: new Map(),
    isEventBridgeOn: false,
    get: (key) => objects.get(key),
    put(object) {
      const replaced = objects.get(object.key);
      objects.set(object.key, object);
      kept?.put(object.key, () => object);
      if (replaced) bodies.drop(replaced.body);
      else sortedKeys = undefined;
    },
    retag(object, tags) {
      const retagged = { ...object, tags };
      objects.set(object.key, retagged);
      kept?.put(object.key, () => retagged);
    },
    delete(key) {
      const object = objects.get(key);
      if (!object) return undefined;
      objects.delete(key);
      kept?.delete(key);
      sortedKeys = undefined;
      bodies.drop(object.body);
      return object;
    },
    keys() {
      sortedKeys ??= [...objects.keys()].sort(compareKeys);
      return sortedKeys;
    },
  };
}

function restoreObject([key, object]: readonly [string, StoredObject]): [string, StoredObject] {
  // What was kept before there were tags has none.
  return [key, { ...object, tags: object.tags ?? [], lastModified: new Date(object.lastModified) }];
}
