import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { TaskRowsReadV1 } from '../../generated/events/task-rows-read-v1.ts';
import { awaitedAnswers } from '../../services/images/awaited-answers.ts';
import type { Image } from '../../services/images/image.ts';
import { createReviewReader } from '../../services/images/images-api/review-reader.ts';
import { createFanIn, type PieceRecord, type Progress } from '../../services/runtime/fan-in.ts';
import type { Target } from '../target/target.ts';
import type { KnownEvent } from './known-event.ts';

/** What an event is to a job of many parts, and how far that job is. */
export interface FanInPart {
  /** `task file`, `picture`. */
  readonly of: string;
  readonly jobId: string;
  /** The part, or the piece of one, that it carries; absent for the event that says how the job ended. */
  readonly piece?: string;
  /** Whether that piece is on record. */
  readonly state?: PieceRecord['state'];
  readonly progress: Omit<Progress, 'totals'> & { readonly totals: Readonly<Record<string, number>> };
}

/** Reads it from the tables of the domain; undefined for an event that is no part of a job. */
export async function readFanIn(
  { source, text, type }: Pick<KnownEvent, 'source' | 'text' | 'type'>,
  { names, settings }: Target,
): Promise<FanInPart | undefined> {
  const address = `${source}/${type}`;
  const find = Object.hasOwn(FINDERS, address) ? FINDERS[address] : undefined;
  if (find === undefined) return undefined;
  const client = new DynamoDBClient(settings);
  try {
    const { data } = JSON.parse(text).detail;
    const { jobId, of, piece, tableName } = await find(data, { client, names });
    const fanIn = createFanIn({ tableName, client });
    const [record] = piece === undefined ? [] : await fanIn.look({ jobId, ids: [piece] });
    return {
      of,
      jobId,
      ...(record && { piece, state: record.state }),
      progress: await fanIn.progress(jobId),
    };
  } finally {
    client.destroy();
  }
}

interface Job extends Pick<FanInPart, 'of' | 'jobId' | 'piece'> {
  readonly tableName: string;
}

/** What is read of an event to find its job: which of it is there depends on the type. */
type JobData = TaskRowsReadV1['data'] & { readonly image: Image };

type FindJob = (
  data: JobData,
  place: Pick<Target, 'names'> & { readonly client: DynamoDBClient },
) => Job | Promise<Job>;

/** How each domain names its jobs and their parts. */
const FINDERS: Readonly<Record<string, FindJob>> = {
  'fanbus.tasks/TaskRowsRead.v1': ({ child, part, taskFileId }, { names }) => ({
    of: 'task file',
    tableName: names.taskFilesTable,
    jobId: taskFileId,
    piece: child ?? `${part}`,
  }),
  'fanbus.tasks/TaskFileCompleted.v1': ({ taskFileId }, { names }) => ({
    of: 'task file',
    tableName: names.taskFilesTable,
    jobId: taskFileId,
  }),
  'fanbus.images/ImageReviewed.v1': ({ image }, { names }) => ({
    of: 'picture',
    tableName: names.imageReviewsTable,
    jobId: image.imageId,
  }),
  ...Object.fromEntries(
    awaitedAnswers.map(({ consumer, event }): [string, FindJob] => [
      event,
      async ({ image: { imageId: jobId } }, { client, names }) => {
        const tableName = names.imageReviewsTable;
        const review = await createReviewReader({ client, tableName }).read(jobId);
        const part = review?.awaited.indexOf(consumer) ?? -1;
        return { of: 'picture', tableName, jobId, ...(part >= 0 && { piece: `${part}` }) };
      },
    ]),
  ),
};
