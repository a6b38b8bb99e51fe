import { DynamoDBClient, GetItemCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { uuidv7 } from '../../services/runtime/uuidv7.ts';
import { hourFolder, openRecordedEvents } from '../target/recorded-events.ts';
import type { Target } from '../target/target.ts';
import { type KnownEvent, readRecordedEvent } from './known-event.ts';

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
  const record = openRecordedEvents(target, signal);
  const dynamodb = new DynamoDBClient(target.settings);

  return {
    async find(eventId) {
      const file = await fileOf(eventId);
      for await (const event of record.read(file === undefined ? [] : [file])) {
        if (event.eventId === eventId) return readRecordedEvent(event, target);
      }
      return undefined;
    },

    async chainOf({ correlationId, ids, occurredAt }, withinMs) {
      const from = Date.parse(occurredAt);
      const types = (await record.typeFolders()) ?? [];
      const folders = types.flatMap((type) => hoursFrom(from, withinMs).map((hour) => `${type}${hour}`));
      // Files are named by when they were written: what happened before an event is not looked at.
      const named = uuidv7(from).slice(0, 13);
      const listed = await Promise.all(
        folders.map((folder) => record.list(folder, { after: `${folder}${named}`, most: FILES_PER_FOLDER })),
      );
      const wanted = new Set([correlationId, ...ids]);
      const found = new Map<string, KnownEvent>();
      for await (const recorded of record.read(listed.flatMap(({ files }) => files))) {
        const event = wanted.has(recorded.correlationId) ? readRecordedEvent(recorded, target) : undefined;
        if (event) found.set(event.eventId, event);
      }
      return { events: [...found.values()], isCut: listed.some(({ isCut }) => isCut) };
    },

    close() {
      record.close();
      dynamodb.destroy();
    },
  };

  async function fileOf(eventId: string): Promise<string | undefined> {
    const { recordedEventsTable: TableName } = target.names;
    try {
      const { Item } = await dynamodb.send(
        new GetItemCommand({ TableName, Key: { eventId: { S: eventId } } }),
        { abortSignal: signal },
      );
      return Item?.file?.S;
    } catch (error) {
      // A stage without record-analytics has no record.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  }
}

/** A busy hour has 360 of a type; what an event causes is said soon after. */
const FILES_PER_FOLDER = 100;

/** The folders of each hour of a time and a while after it. */
function hoursFrom(from: number, withinMs: number): readonly string[] {
  const first = Math.floor(from / HOUR_MS);
  const last = Math.floor(Math.min(from + withinMs, Date.now()) / HOUR_MS);
  return Array.from({ length: Math.max(last - first, 0) + 1 }, (_, n) => hourFolder((first + n) * HOUR_MS));
}

const HOUR_MS = 3_600_000;
