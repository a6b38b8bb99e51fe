import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DynamoDBClient, GetItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchBucket,
  NoSuchKey,
  S3Client,
} from '@aws-sdk/client-s3';
import { eventsPrefix } from '../../services/analytics/record-analytics/event-folder.ts';
import { uuidv7 } from '../../services/runtime/uuidv7.ts';
import type { Target } from '../target/target.ts';
import { type KnownEvent, type RecordedLine, readRecordedLine } from './known-event.ts';

/** The analytics record of a stage, read by what is asked of a single event. */
export interface Analytics {
  /** The event of this id, by the claim that says which file has it: two requests. */
  find(eventId: string): Promise<KnownEvent | undefined>;
  /**
   * What else was said in the chain of an event, from its moment to `withinMs` later; of each type and hour the first files.
   * `isCut` when there are more files.
   */
  chainOf(
    event: Pick<KnownEvent, 'correlationId' | 'occurredAt' | 'ids'>,
    withinMs: number,
  ): Promise<{ readonly events: readonly KnownEvent[]; readonly isCut: boolean }>;
  close(): void;
}

export function openAnalytics(target: Target, signal: AbortSignal): Analytics {
  const { names, settings } = target;
  const s3 = new S3Client(settings);
  const dynamodb = new DynamoDBClient(settings);
  const Bucket = names.analyticsBucket;
  const abort = { abortSignal: signal };

  return {
    async find(eventId) {
      const Key = { eventId: { S: eventId } };
      const { Item } = await dynamodb
        .send(new GetItemCommand({ TableName: names.recordedEventsTable, Key }), abort)
        .catch(unlessAbsent);
      const line = Item?.file?.S && (await linesOf(Item.file.S)).find((one) => one.eventId === eventId);
      return line ? readRecordedLine(line, target) : undefined;
    },

    async chainOf({ correlationId, ids, occurredAt }, withinMs) {
      const from = Date.parse(occurredAt);
      const types = (await Promise.all((await foldersIn(eventsPrefix)).map(foldersIn))).flat();
      const folders = types.flatMap((type) => hoursFrom(from, withinMs).map((hour) => `${type}${hour}`));
      const listed = await Promise.all(folders.map((folder) => filesIn(folder, from)));
      const files = listed.flatMap((one) => one.keys);
      const wanted = new Set([correlationId, ...ids]);
      const found = new Map<string, KnownEvent>();
      for (let n = 0; n < files.length; n += TOGETHER) {
        const lines = await Promise.all(files.slice(n, n + TOGETHER).map(linesOf));
        for (const line of lines.flat()) {
          const event = wanted.has(String(line.correlationId)) ? readRecordedLine(line, target) : undefined;
          if (event) found.set(event.eventId, event);
        }
      }
      return { events: [...found.values()], isCut: listed.some(({ isCut }) => isCut) };
    },

    close() {
      s3.destroy();
      dynamodb.destroy();
    },
  };

  async function foldersIn(Prefix: string): Promise<readonly string[]> {
    const { CommonPrefixes = [] } = await s3
      .send(new ListObjectsV2Command({ Bucket, Prefix, Delimiter: '/' }), abort)
      .catch(unlessAbsent);
    return CommonPrefixes.flatMap((one) => one.Prefix ?? []);
  }

  /** Files are named by when they were written: what happened before an event is not looked at. */
  async function filesIn(folder: string, from: number) {
    const StartAfter = `${folder}${uuidv7(from).slice(0, 13)}`;
    const MaxKeys = FILES_PER_FOLDER;
    const { Contents = [], IsTruncated: isCut = false } = await s3.send(
      new ListObjectsV2Command({ Bucket, Prefix: folder, StartAfter, MaxKeys }),
      abort,
    );
    return { keys: Contents.flatMap(({ Key }) => Key ?? []), isCut };
  }

  async function linesOf(Key: string): Promise<readonly RecordedLine[]> {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }), abort).catch(unlessAbsent);
    if (Body === undefined) return [];
    const text = (await unzip(await Body.transformToByteArray())).toString();
    return text.split('\n').flatMap((line) => (line === '' ? [] : JSON.parse(line)));
  }
}

const unzip = promisify(gunzip);

/** Read at a time. */
const TOGETHER = 8;
/** A busy hour has 360 of a type; what an event causes is said soon after. */
const FILES_PER_FOLDER = 100;

/** `date=2026-11-21/hour=09/` for each hour of a time and a while after it. */
function hoursFrom(from: number, withinMs: number): readonly string[] {
  const first = Math.floor(from / HOUR_MS);
  const last = Math.floor(Math.min(from + withinMs, Date.now()) / HOUR_MS);
  return Array.from({ length: Math.max(last - first, 0) + 1 }, (_, n) => {
    const [date, time = ''] = new Date((first + n) * HOUR_MS).toISOString().split('T');
    return `date=${date}/hour=${time.slice(0, 2)}/`;
  });
}

const HOUR_MS = 3_600_000;

/** A stage without record-analytics has no record; a file that is claimed may not be written yet. */
function unlessAbsent(error: unknown): Record<string, never> {
  const isAbsent =
    error instanceof ResourceNotFoundException || error instanceof NoSuchBucket || error instanceof NoSuchKey;
  if (isAbsent) return {};
  throw error;
}
