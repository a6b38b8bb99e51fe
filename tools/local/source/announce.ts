import type { Engine } from '../local-service.ts';
import type { Bucket, StoredObject } from './buckets.ts';
import type { S3Request } from './s3-request.ts';
import type { EmitSourceEvent, SourceEvent } from './source.ts';

/** Tells of what happened to an object: the `stored` observation, and the event for buckets that have EventBridge on. */
export interface Announce {
  created(bucket: Bucket, object: StoredObject, request: S3Request, reason: CreationReason): void;
  deleted(bucket: Bucket, object: StoredObject, request: S3Request): void;
  tagged(bucket: Bucket, object: StoredObject, request: S3Request): void;
  untagged(bucket: Bucket, object: StoredObject, request: S3Request): void;
}

export type CreationReason = 'PutObject' | 'POST Object' | 'CopyObject' | 'CompleteMultipartUpload';

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function createAnnounce(engine: Engine, emit: EmitSourceEvent): Announce {
  const nextSequencer = createSequencer(engine);

  function send(bucket: Bucket, key: string, event: SourceEvent) {
    if (!bucket.isEventBridgeOn) return;
    const subject = `${bucket.name}/${key}`;
    const { faults, clock } = engine;
    const isArmed = faults.isArmed('source');
    const times = isArmed && faults.draw('source', 'duplicate', subject) ? 2 : 1;
    const delayed = isArmed ? faults.draw('source', 'delay', subject) : undefined;
    for (let time = 0; time < times; time += 1) {
      if (delayed) clock.after(delayed.ms ?? 0, () => emit(event));
      else emit(event);
    }
  }

  /** What all of S3's events say, what is told of the object, and what of how it came about. */
  function tell(
    detailType: SourceEvent['detailType'],
    { bucket, key, request }: { bucket: Bucket; key: string; request: S3Request },
    { object, ...circumstances }: { readonly object?: object; readonly [name: string]: unknown },
  ) {
    send(bucket, key, {
      source: 'aws.s3',
      detailType,
      resources: [`arn:aws:s3:::${bucket.name}`],
      detail: {
        version: '0',
        bucket: { name: bucket.name },
        object: { key, ...object },
        'request-id': request.requestId,
        requester: engine.accountId,
        'source-ip-address': sourceAddress(request),
        ...circumstances,
      },
    });
  }

  return {
    created(bucket, { key, body, etag }, request, reason) {
      engine.observations.report({ kind: 'stored', bucket: bucket.name, key, bytes: body.size, reason });
      tell(
        'Object Created',
        { bucket, key, request },
        { object: { size: body.size, etag, sequencer: nextSequencer() }, reason },
      );
    },
    deleted(bucket, { key }, request) {
      const reason = 'DeleteObject';
      engine.observations.report({ kind: 'stored', bucket: bucket.name, key, bytes: 0, reason });
      tell(
        'Object Deleted',
        { bucket, key, request },
        { object: { sequencer: nextSequencer() }, reason, 'deletion-type': 'Permanently Deleted' },
      );
    },
    tagged(bucket, { key, etag }, request) {
      tell('Object Tags Added', { bucket, key, request }, { object: { etag } });
    },
    untagged(bucket, { key, etag }, request) {
      tell('Object Tags Deleted', { bucket, key, request }, { object: { etag } });
    },
  };
}

/** Hexadecimal texts of one length that only grow: the time, made distinct within a millisecond. */
function createSequencer({ clock }: Engine): () => string {
  let last = 0n;
  return () => {
    const now = BigInt(Math.floor(clock.now())) << 20n;
    last = now > last ? now : last + 1n;
    return last.toString(16).padStart(16, '0').toUpperCase();
  };
}

function sourceAddress({ message }: S3Request): string {
  return message.socket.remoteAddress ?? '127.0.0.1';
}
