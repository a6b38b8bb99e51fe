import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { type Clock, systemClock } from './clock.ts';
import { entryBytes } from './entry-bytes.ts';
import type { Contract, DataOf, Envelope, OwnEventType } from './event.ts';
import { findViolation } from './find-violation.ts';
import { createLog, type Log } from './log.ts';
import { createMetadata, identityOf } from './metadata.ts';
import { nameUuid } from './name-uuid.ts';
import { InvalidEventError } from './publish-error.ts';
import { requireBus } from './require-bus.ts';
import { type Outgoing, sendEntries } from './send-entries.ts';
import { unlogged } from './unlogged.ts';

/** Who publishes, and what it may: a consumer's subscription is one. */
export interface Producer {
  readonly name: string;
  readonly emits: readonly string[];
}

export interface PublisherOptions<By extends Producer> {
  readonly producer: By;
  readonly busName: string;
  /** The contract of every event type that the producer emits. */
  readonly events: readonly Contract<EmittedBy<By>>[];
  /** @default a client of its own, from the environment */
  readonly client?: EventBridgeClient;
  /** @default the system's */
  readonly clock?: Clock;
  /** @default one in the producer's name */
  readonly log?: Log;
  /** How to wait between two attempts, in milliseconds. @default a timer */
  readonly wait?: (ms: number) => Promise<void>;
}

export interface Publisher<Type extends OwnEventType> {
  /**
   * Puts one event, or one for each item of a list, on the bus and returns their ids in order. Throws
   * `InvalidEventError` before anything is sent, and `PublishError` naming the events that did not get there.
   */
  publish<One extends Type>(
    type: One,
    data: DataOf<One> | readonly DataOf<One>[],
    options?: {
      /** The event being handled: correlation, causation and trace go on from it. @default a chain of its own */
      readonly causedBy?: Envelope;
      /**
       * What it is about, if that makes it the same event however often it is said, also with other words: each producer says one event of
       * a type about it. @default the cause and the data: said again when the cause comes again, the same words are the same event
       */
      readonly about?: string;
      /** Their ids in order, where neither tells a repeat. */
      readonly eventIds?: readonly string[];
    },
  ): Promise<readonly string[]>;
}

/** Publishes what a producer emits. Make it once per cold start: it asks once whether the bus exists. */
export function createPublisher<const By extends Producer>({
  producer,
  busName,
  events,
  client = unlogged(new EventBridgeClient()),
  clock = systemClock,
  log = createLog(producer.name),
  wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
}: PublisherOptions<By>): Publisher<EmittedBy<By>> {
  const contracts = new Map<string, Contract<EmittedBy<By>>>(
    events.map((contract) => [contract.type, contract]),
  );
  refuseMissing(producer, contracts);
  const bus = requireBus({ busName, client });

  return {
    async publish(type, data, { causedBy, about, eventIds } = {}) {
      const contract = contracts.get(type);
      if (!contract)
        throw new Error(`${producer.name} does not emit ${type}: add it to the subscription's "emits".`);
      const items: readonly unknown[] = Array.isArray(data) ? data : [data];
      if (about !== undefined && items.length > 1) {
        throw new Error(
          `${items.length} ${type} about "${about}" would be one event: publish one, or give "eventIds".`,
        );
      }
      const metadata = createMetadata({ producer: producer.name, causedBy, nowMs: clock.now() });
      const outgoing = items.map((item, index) => {
        const text = JSON.stringify(item);
        const eventId = eventIds?.[index] ?? repeatableId(text);
        return prepare(contract, { metadata: metadata(eventId), data: item }, text);
      });
      warnOfSize(outgoing, log);
      await bus();
      await sendEntries({ outgoing, busName, client, wait });
      return outgoing.map(({ eventId }) => eventId);

      /** None without a cause: what somebody does twice is two events. */
      function repeatableId(text: string): string | undefined {
        const by = `${producer.name}/${type}`;
        if (about !== undefined) return nameUuid(`${by}/${about}`);
        return causedBy && nameUuid(`${by}/${identityOf(causedBy)}/${text}`);
      }
    },
  };
}

type EmittedBy<By extends Producer> = By['emits'][number] & OwnEventType;

function refuseMissing(producer: Producer, contracts: ReadonlyMap<string, unknown>): void {
  const missing = producer.emits.filter((type) => !contracts.has(type));
  if (missing.length === 0) return;
  throw new Error(
    `${producer.name} emits ${missing.join(', ')}, but createPublisher was not given the contract: add it to "events".`,
  );
}

function prepare(
  { source, type, validate }: Contract<OwnEventType>,
  detail: { readonly metadata: { readonly eventId: string }; readonly data: unknown },
  /** The data as JSON. */
  text: string,
): Outgoing {
  const violation = findViolation(validate, detail);
  if (violation !== undefined) throw new InvalidEventError(type, violation);
  const entry = {
    Source: source,
    DetailType: type,
    Detail: `{"metadata":${JSON.stringify(detail.metadata)},"data":${text}}`,
  };
  const bytes = entryBytes(entry);
  if (bytes >= REQUEST_BYTES) {
    throw new InvalidEventError(
      type,
      `it is ${bytes} bytes and EventBridge takes less than ${REQUEST_BYTES}: put the content in S3 and say where`,
    );
  }
  return { entry, bytes, eventId: detail.metadata.eventId };
}

/** EventBridge's limit for a request, and so for an event. */
const REQUEST_BYTES = 1_048_576;

function warnOfSize(outgoing: readonly Outgoing[], log: Log): void {
  const large = outgoing.filter(({ bytes }) => bytes > BILLED_BYTES);
  const [first] = large;
  if (!first) return;
  log.warn('events over 64 KiB are billed as several', {
    type: first.entry.DetailType,
    events: large.length,
    largestBytes: Math.max(...large.map(({ bytes }) => bytes)),
  });
}

const BILLED_BYTES = 65_536;
