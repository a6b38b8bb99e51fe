import { type AttributeValue, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetObjectTaggingCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { EventOf, OwnEventType } from '../../services/runtime/event.ts';
import { listen } from '../../tools/listen.ts';
import type { SystemOptions } from '../../tools/start-system.ts';
import { openFlow } from './open-flow.ts';

export type ImagesFlow = Awaited<ReturnType<typeof openImagesFlow>>;

/** The consumers that the verdict waits for. */
export const awaited = ['make-thumbnails', 'scan-image', 'moderate-image', 'detect-faces'] as const;

/** The whole system, and the ways a test uploads pictures and looks at what became of them. */
export async function openImagesFlow(options: SystemOptions = {}) {
  const flow = await openFlow(options);
  const { aws, dynamodb, names, s3, sqs } = flow;
  const heard: EventOf<OwnEventType>[] = [];
  const { endpoint, region } = aws;
  const settings = { endpoint, region, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
  const events = new EventBridgeClient(settings);
  const listener = await listen({
    settings,
    bus: names.bus,
    pattern: { source: [{ prefix: 'fanbus.' }, MARKER] },
    onEvent(event) {
      if (event.source === MARKER) markerHeard();
      else heard.push(event as EventOf<OwnEventType>);
    },
  });
  const listenersQueue = aws.queues.list().find(({ name }) => name === listener.name);
  let markerHeard = () => {};

  /** The events of a type about the picture that was uploaded under a key, in the order they were heard. */
  function heardOf<Type extends ImageEventType>(type: Type, key: string): EventOf<Type>[] {
    const isWanted = (event: EventOf<OwnEventType>) =>
      event['detail-type'] === type && isAbout(event.detail.data, key);
    return heard.filter(isWanted) as unknown as EventOf<Type>[];
  }

  /** Until the listener has taken what was said so far. */
  async function untilHeard(): Promise<void> {
    do {
      const { promise, resolve } = Promise.withResolvers<void>();
      markerHeard = resolve;
      await events.send(new PutEventsCommand({ Entries: [{ ...marker, EventBusName: names.bus }] }));
      await promise;
    } while ((listenersQueue?.depth().visible ?? 0) > 0);
  }

  return {
    ...flow,

    /** As that of the flow; what was said is heard then. */
    async untilQuiet(options: { readonly switchedOff?: readonly string[] } = {}): Promise<void> {
      await flow.untilQuiet(options);
      await untilHeard();
    },

    /** Uploads a picture, and answers its key. */
    async upload(picture: Buffer, { user = 'ada', name = 'picture.jpg' } = {}): Promise<string> {
      const key = `profile-pictures/${user}/${name}`;
      await s3.send(new PutObjectCommand({ Bucket: names.imagesBucket, Key: key, Body: picture }));
      return key;
    },

    heard: heardOf,

    /** The chain of each event of ours that was heard, by the event's id. */
    chains: (): ReadonlyMap<string, string> =>
      new Map(heard.map(({ detail: { metadata } }) => [metadata.eventId, metadata.correlationId])),

    /** The newest verdict on the picture under a key. */
    verdict(key: string) {
      const verdicts = heardOf('ImageReviewed.v1', key).map(({ detail }) => detail.data);
      return verdicts.toSorted((a, b) => b.answered - a.answered)[0];
    },

    /** A user's record. */
    async profile(user: string): Promise<Record<string, AttributeValue> | undefined> {
      const Key = { pk: { S: user }, sk: { S: 'profile' } };
      const { Item } = await dynamodb.send(new GetItemCommand({ TableName: names.usersTable, Key }));
      return Item;
    },

    /** The keys in the bucket of pictures below a prefix. */
    async keys(prefix: string): Promise<string[]> {
      const { Contents = [] } = await s3.send(
        new ListObjectsV2Command({ Bucket: names.imagesBucket, Prefix: prefix }),
      );
      return Contents.map(({ Key }) => Key ?? '');
    },

    async tags(key: string): Promise<Record<string, string>> {
      const { TagSet = [] } = await s3.send(
        new GetObjectTaggingCommand({ Bucket: names.imagesBucket, Key: key }),
      );
      return Object.fromEntries(TagSet.map(({ Key, Value }) => [Key ?? '', Value ?? '']));
    },

    /** Moves everything in a consumer's dead-letter queue back into its queue, and answers how much that was. */
    async redrive(consumer: string): Promise<number> {
      const urlOf = (wanted: string) => aws.queues.list().find(({ name }) => name === wanted)?.url;
      const letters = await flow.deadLetters(consumer);
      for (const { Body, ReceiptHandle } of letters) {
        await sqs.send(
          new SendMessageCommand({ QueueUrl: urlOf(names.consumer(consumer)), MessageBody: Body }),
        );
        await sqs.send(
          new DeleteMessageCommand({ QueueUrl: urlOf(names.deadLetters(consumer)), ReceiptHandle }),
        );
      }
      return letters.length;
    },

    async close() {
      await listener.close();
      events.destroy();
      await flow.close();
    },
  };
}

function isAbout(data: object, key: string): boolean {
  return 'image' in data && (data.image as { readonly key: string }).key === key;
}

const MARKER = 'test.marker';
const marker = { Source: MARKER, DetailType: 'Marker', Detail: '{}' };

type ImageEventType = Extract<
  OwnEventType,
  | 'ThumbnailsMade.v1'
  | 'ImageScanned.v1'
  | 'ImageModerated.v1'
  | 'FacesDetected.v1'
  | 'MetadataRead.v1'
  | 'FormatConverted.v1'
  | 'ImageReviewed.v1'
  | 'ProfilePictureChanged.v1'
>;
