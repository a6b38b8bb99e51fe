import { AsyncLocalStorage } from 'node:async_hooks';
import { gunzipSync } from 'node:zlib';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { createClaims } from '../../../../services/analytics/record-analytics/claims.ts';
import { createEventFiles } from '../../../../services/analytics/record-analytics/event-files.ts';
import { createRecorder } from '../../../../services/analytics/record-analytics/record-events.ts';
import type { EventOf } from '../../../../services/runtime/event.ts';
import { type Outcome, retry } from '../../../../services/runtime/outcome.ts';
import { startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../../tools/local/client-settings.ts';

/** Stands between an invocation and AWS: sends the request, or does not, or does not tell what came of it. */
export type Wire = <Answer>(send: () => Promise<Answer>, request: string) => Promise<Answer>;

/** The recorder over the engine's S3 and DynamoDB, each invocation of it behind a wire of its own. */
export async function openRecorder() {
  const aws = await startLocalAws();
  const dynamodb = new DynamoDBClient(clientSettings(aws));
  const s3 = new S3Client(clientSettings(aws));
  await dynamodb.send(
    new CreateTableCommand({
      TableName: 'claims',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'eventId', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'eventId', KeyType: 'HASH' }],
    }),
  );

  const wires = new AsyncLocalStorage<Wire>();
  const overWire = <Answer>(send: () => Promise<Answer>, commandName = ''): Promise<Answer> => {
    const wire = wires.getStore();
    return wire ? wire(send, commandName.replace('Command', '')) : send();
  };
  dynamodb.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        overWire(() => next(args), commandName),
    { step: 'initialize' },
  );
  s3.middlewareStack.add(
    (next, { commandName }) =>
      (args) =>
        overWire(() => next(args), commandName),
    { step: 'initialize' },
  );

  let buckets = 0;
  return {
    clock: aws.clock,

    /** A bucket of its own, and the recorder that writes to it. */
    async open() {
      buckets += 1;
      const bucket = `analytics-${buckets}`;
      await s3.send(new CreateBucketCommand({ Bucket: bucket }));
      const record = createRecorder({
        claims: createClaims({
          client: dynamodb,
          tableName: 'claims',
          keepDays: 37,
          clock: aws.clock,
          wait: async () => {},
        }),
        files: createEventFiles({ s3, bucket }),
        claimSeconds: 60,
        clock: aws.clock,
      });

      async function files() {
        const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket }));
        return Promise.all(
          Contents.map(async ({ Key = '' }) => {
            const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
            const text = gunzipSync((await Body?.transformToByteArray()) ?? '').toString();
            return {
              key: Key,
              lines: text
                .split('\n')
                .slice(0, -1)
                .map((line) => JSON.parse(line)),
            };
          }),
        );
      }

      return {
        /** One invocation. The outcomes in the order of the events. */
        async record(events: readonly EventOf<'OwnEvent'>[], wire?: Wire): Promise<readonly Outcome[]> {
          const deliveries = events.map((event, n) => ({
            event,
            messageId: `${n}`,
            receiveCount: 1,
            isLastReceive: false,
          }));
          const run = () => record(deliveries, { remainingMs: () => 60_000 });
          const failed = (error: unknown): ReadonlyMap<string, Outcome> =>
            new Map(deliveries.map(({ messageId }) => [messageId, retry('it threw', { error })]));
          const outcomes = await (wire ? wires.run(wire, run) : run()).catch(failed);
          return deliveries.flatMap(({ messageId }) => outcomes.get(messageId) ?? []);
        },
        files,
        /** The ids of the events in all files, sorted. */
        async recorded(): Promise<readonly string[]> {
          return (await files()).flatMap(({ lines }) => lines.map(({ eventId }) => eventId)).sort();
        },
      };
    },

    async close() {
      dynamodb.destroy();
      s3.destroy();
      await aws.close();
    },
  };
}
