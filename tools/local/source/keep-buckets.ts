import type { Persistence } from '../persistence/persistence.ts';
import type { Body, BodyStore } from './body-store.ts';
import type { Bucket, Buckets, Upload } from './buckets.ts';

/** Brings back the buckets of the data folder and their unfinished uploads, and keeps both in line after each `changed`. */
export function keepBuckets(options: {
  readonly persistence: Persistence;
  readonly buckets: Buckets;
  readonly bodies: BodyStore;
}): { changed(): void } {
  const { bodies, buckets, persistence } = options;
  const keptBuckets = persistence.mirror('buckets', () => buckets.list().map(describeBucket));
  const keptUploads = persistence.mirror('uploads', () =>
    buckets.list().flatMap(({ name, uploads }) => [...uploads.values()].map(describeUpload(name))),
  );
  for (const [name, { createdAt, ...rest }] of keptBuckets.entries()) {
    Object.assign(buckets.restore(name, new Date(createdAt)), rest);
  }
  for (const [id, { bucket, ...upload }] of keptUploads.entries()) {
    buckets.find(bucket)?.uploads.set(id, restoreUpload(id, upload));
  }
  bodies.keepOnly(buckets.list().flatMap(bodiesOf));

  return {
    changed() {
      keptBuckets.changed();
      keptUploads.changed();
    },
  };
}

function describeBucket({ createdAt, isEventBridgeOn, name, policy }: Bucket) {
  return [name, { createdAt: createdAt.getTime(), isEventBridgeOn, policy }] as const;
}

function describeUpload(bucket: string) {
  return ({ headers, id, key, parts, startedAt, tags }: Upload) =>
    [id, { bucket, key, headers, tags, startedAt: startedAt.getTime(), parts: [...parts] }] as const;
}

function restoreUpload(
  id: string,
  {
    parts,
    startedAt,
    tags = [],
    ...upload
  }: Omit<ReturnType<ReturnType<typeof describeUpload>>[1], 'bucket'>,
): Upload {
  const restored = parts.map(
    ([number, part]) => [number, { ...part, lastModified: new Date(part.lastModified) }] as const,
  );
  return { ...upload, id, tags, startedAt: new Date(startedAt), parts: new Map(restored) };
}

function bodiesOf(bucket: Bucket): readonly Body[] {
  const objects = bucket.keys().flatMap((key) => bucket.get(key) ?? []);
  const parts = [...bucket.uploads.values()].flatMap((upload) => [...upload.parts.values()]);
  return [...objects, ...parts].map(({ body }) => body);
}
