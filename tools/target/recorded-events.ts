import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { eventsPrefix } from '../../services/analytics/record-analytics/event-folder.ts';
import type { Envelope } from '../../services/runtime/event.ts';
import type { Target } from './target.ts';

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

/** The files of a stage's analytics record. What was said in the last minute may not be in them yet. */
export interface RecordedEvents {
  /** A folder for each type of event, with one in it for each hour. Undefined when there is no record. */
  typeFolders(): Promise<readonly string[] | undefined>;
  /** Names of a folder's files, in their order, of those that come after a name: up to 1,000, or `most`. */
  list(
    folder: string,
    options: { readonly after: string; readonly most?: number },
  ): Promise<{ readonly files: readonly string[]; readonly isCut: boolean }>;
  /** The events of files. One that is not there has none. */
  read(files: readonly string[]): AsyncIterable<RecordedEvent>;
  close(): void;
}

export function openRecordedEvents(
  { names, settings }: Pick<Target, 'names' | 'settings'>,
  signal: AbortSignal,
): RecordedEvents {
  const s3 = new S3Client(settings);
  const Bucket = names.analyticsBucket;
  const abort = { abortSignal: signal };

  return {
    async typeFolders() {
      try {
        const sources = await foldersIn(eventsPrefix);
        return (await Promise.all(sources.map(foldersIn))).flat();
      } catch (error) {
        if (error instanceof NoSuchBucket) return undefined;
        throw error;
      }
    },

    async list(Prefix, { after: StartAfter, most: MaxKeys }) {
      const { Contents = [], IsTruncated: isCut = false } = await s3.send(
        new ListObjectsV2Command({ Bucket, Prefix, StartAfter, MaxKeys }),
        abort,
      );
      return { files: Contents.flatMap(({ Key }) => Key ?? []), isCut };
    },

    async *read(files) {
      for (let n = 0; n < files.length; n += TOGETHER) {
        for (const text of await Promise.all(files.slice(n, n + TOGETHER).map(textOf))) {
          for (const line of text.split('\n')) if (line !== '') yield JSON.parse(line);
        }
      }
    },

    close: () => s3.destroy(),
  };

  /** Sources, and the types of a source, are few. */
  async function foldersIn(Prefix: string): Promise<readonly string[]> {
    const { CommonPrefixes = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }),
      abort,
    );
    return CommonPrefixes.flatMap((one) => one.Prefix ?? []);
  }

  async function textOf(Key: string): Promise<string> {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), abort);
      const bytes = await Body?.transformToByteArray();
      return bytes === undefined || bytes.length === 0 ? '' : (await unzip(bytes)).toString();
    } catch (error) {
      // A file that is claimed may not be written yet.
      if (error instanceof NoSuchKey || error instanceof NoSuchBucket) return '';
      throw error;
    }
  }
}

/** `date=2026-11-21/hour=09/`: the folder of an hour, in the folder of a type. `ms` is any moment of it. */
export function hourFolder(ms: number): string {
  const [date, time = ''] = new Date(ms).toISOString().split('T');
  return `date=${date}/hour=${time.slice(0, 2)}/`;
}

/** The event as far as it is on record: EventBridge's own id is not, ours stands for it. */
export function rebuildEvent(
  { data, replayName: _, source, time, type, ...metadata }: RecordedEvent,
  { accountId, region }: Pick<Target, 'accountId' | 'region'>,
): Envelope {
  return {
    version: '0',
    id: metadata.eventId,
    'detail-type': type,
    source,
    account: accountId,
    time,
    region,
    resources: [],
    detail: { metadata, data },
  };
}

/** Files read at a time. */
const TOGETHER = 8;

const unzip = promisify(gunzip);
