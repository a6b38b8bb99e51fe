import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { eventsPrefix } from '../../services/analytics/record-analytics/event-folder.ts';
import type { Target } from '../target/target.ts';

/** An event of ours as record-analytics keeps it: the columns of docs/analytics.md. */
export interface RecordedEvent {
  readonly eventId: string;
  readonly source: string;
  readonly type: string;
  /** EventBridge's, by which an archive is replayed. */
  readonly time: string;
  readonly occurredAt: string;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly producer: string;
  readonly traceparent?: string;
  readonly replayName?: string;
  readonly data: unknown;
}

/**
 * Every event of ours on record since an hour before a moment (milliseconds), each once, in no certain order. Undefined when there is no
 * record. What happened in the last minute may not be in it yet.
 */
export async function readRecord(
  { names, settings }: Target,
  { since, signal }: { readonly since: number; readonly signal: AbortSignal },
): Promise<AsyncIterable<RecordedEvent> | undefined> {
  const s3 = new S3Client(settings);
  const Bucket = names.analyticsBucket;
  const abort = { abortSignal: signal };
  let types: readonly string[];
  try {
    types = await foldersBelow(eventsPrefix)
      .then((sources) => Promise.all(sources.map(foldersBelow)))
      .then((found) => found.flat());
  } catch (error) {
    s3.destroy();
    if (error instanceof NoSuchBucket) return undefined;
    throw error;
  }
  return lines();

  async function foldersBelow(Prefix: string): Promise<readonly string[]> {
    const { CommonPrefixes = [] } = await s3.send(
      // Sources, and the types of a source, are few.
      new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }),
      abort,
    );
    return CommonPrefixes.flatMap((one) => one.Prefix ?? []);
  }

  async function* lines(): AsyncIterable<RecordedEvent> {
    try {
      for (const type of types) {
        const pages = paginateListObjectsV2(
          { client: s3 },
          { Bucket, Prefix: type, StartAfter: type + hourFolder(since - 3_600_000) },
          abort,
        );
        for await (const { Contents = [] } of pages) {
          const keys = Contents.flatMap(({ Key, Size = 0 }) => (Key && Size > 0 ? [Key] : []));
          for (let n = 0; n < keys.length; n += TOGETHER) {
            for (const text of await Promise.all(keys.slice(n, n + TOGETHER).map(textOf))) {
              for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line);
            }
          }
        }
      }
    } finally {
      s3.destroy();
    }
  }

  async function textOf(Key: string): Promise<string> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), abort);
    const bytes = (await Body?.transformToByteArray()) ?? new Uint8Array();
    return (await unzip(bytes)).toString();
  }
}

/** Files read at a time. */
const TOGETHER = 8;

/** `date=2026-11-21/hour=09/`, as record-analytics names it. */
function hourFolder(ms: number): string {
  const [date, time = ''] = new Date(ms).toISOString().split('T');
  return `date=${date}/hour=${time.slice(0, 2)}/`;
}

const unzip = promisify(gunzip);
