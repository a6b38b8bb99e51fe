import type { Engine } from '../local-service.ts';
import type { Bucket, StoredObject } from './buckets.ts';
import type { S3Request } from './s3-request.ts';
import type { EmitSourceEvent, SourceEvent } from './source.ts';

/** Tells of what happened to an object: the `stored` observation, and the event for buckets that have EventBridge on. */
export interface Announce {
  created(bucket: Bucket, object: StoredObject, request: S3Request, reason: CreationReason): void;
  deleted(bucket: Bucket, object: StoredObject, request: S3Request): void;
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

  return {
    created(bucket, { key, body, etag }, request, reason) {
      engine.observations.report({ kind: 'stored', bucket: bucket.name, key, bytes: body.size, reason });
      send(bucket, key, {
        source: 'aws.s3',
        detailType: 'Object Created',
        resources: [`arn:aws:s3:::${bucket.name}`],
        detail: {
          version: '0',
          bucket: { name: bucket.name },
          object: { key, size: body.size, etag, sequencer: nextSequencer() },
          'request-id': request.requestId,
          requester: engine.accountId,
          'source-ip-address': sourceAddress(request),
          reason,
        },
      });
    },
    deleted(bucket, { key }, request) {
      engine.observations.report({
        kind: 'stored',
        bucket: bucket.name,
        key,
        bytes: 0,
        reason: 'DeleteObject',
      });
      send(bucket, key, {
        source: 'aws.s3',
        detailType: 'Object Deleted',
        resources: [`arn:aws:s3:::${bucket.name}`],
        detail: {
          version: '0',
          bucket: { name: bucket.name },
          object: { key, sequencer: nextSequencer() },
          'request-id': request.requestId,
          requester: engine.accountId,
          'source-ip-address': sourceAddress(request),
          reason: 'DeleteObject',
          'deletion-type': 'Permanently Deleted',
        },
      });
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
