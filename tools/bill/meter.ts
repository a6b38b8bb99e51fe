import type { Observation } from '../local/observations.ts';
import { prices as listPrices, type Prices } from './prices.ts';

/** One line of the bill: so many units at so much each. */
export interface BillLine {
  /** `DynamoDB write units`: the service, then what is counted. */
  readonly item: string;
  readonly quantity: number;
  readonly usd: number;
}

export interface Bill {
  /** Lines with a quantity above zero, dearest first. */
  readonly lines: readonly BillLine[];
  readonly totalUsd: number;
}

export interface Meter {
  record(observation: Observation): void;
  bill(): Bill;
  /** API requests so far by `service:Operation`, in the order in which each was first seen. */
  requests(): Readonly<Record<string, number>>;
}

export interface MeterOptions {
  /** @default the list prices of us-east-1 */
  readonly prices?: Prices;
  /** Names of the buses whose events all pass into an archive. @default none */
  readonly archivedBuses?: readonly string[];
}

/**
 * Reads AWS's bill off what the engine reports, in US dollars.
 *
 * Requests are what AWS counts as API requests: every call of a function or of a person over the wire, and the SQS requests
 * that AWS makes for the owner of a queue: one SendMessage for each event that a rule delivers, one ReceiveMessage for each
 * batch the poller takes, one DeleteMessageBatch for each ten messages it acknowledges.
 *
 * Not counted: free tiers, storage of any kind, transfer, the receives of an idle queue's pollers (about 648,000 a month
 * and queue on AWS; the engine's poller does not poll in vain), and log lines that Lambda's platform itself writes unless
 * the engine wrote them too. Lambda's time is that of the machine at hand, not Graviton's.
 */
export function createMeter({ prices = listPrices, archivedBuses = [] }: MeterOptions = {}): Meter {
  const quantities = new Map<Item, number>();
  const requests = new Map<string, number>();

  const add = (item: Item, quantity: number) => quantities.set(item, (quantities.get(item) ?? 0) + quantity);
  const count = (operation: string, times = 1) =>
    requests.set(operation, (requests.get(operation) ?? 0) + times);
  const countQueueRequest = (operation: string, bytes: number) => {
    count(`sqs:${operation}`);
    add('SQS requests', chunks(bytes));
  };

  return {
    record(observation) {
      switch (observation.kind) {
        case 'requested':
          if (observation.service === 'sqs') countQueueRequest(observation.operation, observation.bytes);
          else count(`${observation.service}:${observation.operation}`);
          if (observation.service === 's3') {
            const item = objectRequest(observation.operation);
            if (item) add(item, 1);
          }
          break;
        case 'published':
          add(eventClass(observation), chunks(observation.bytes));
          if (archivedBuses.includes(observation.bus)) {
            add('EventBridge archived GB', observation.bytes / GIGABYTE);
          }
          break;
        case 'enqueued':
          if (isAws(observation.caller)) countQueueRequest('SendMessage', observation.bytes);
          break;
        case 'received':
          if (isAws(observation.caller)) countQueueRequest('ReceiveMessage', observation.bytes);
          // The call itself was counted as it arrived; only now is known how much it took.
          else add('SQS requests', chunks(observation.bytes) - 1);
          break;
        case 'settled': {
          const batches = Math.ceil(observation.done.length / 10);
          if (batches > 0) count('sqs:DeleteMessageBatch', batches);
          add('SQS requests', batches);
          break;
        }
        case 'invoked':
          add('Lambda invocations', 1);
          add('Lambda GB-seconds', (observation.billedMs / 1000) * (observation.memoryMb / 1024));
          add('CloudWatch logged GB', observation.logBytes / GIGABYTE);
          break;
        case 'billed':
          add('DynamoDB write units', observation.writeUnits);
          add('DynamoDB read units', observation.readUnits);
          break;
      }
    },
    bill() {
      const lines = [...quantities]
        .filter(([, quantity]) => quantity > 0)
        .map(([item, quantity]) => ({ item, quantity, usd: quantity * prices[priceOf[item]] }))
        .sort((a, b) => b.usd - a.usd);
      return { lines, totalUsd: lines.reduce((sum, line) => sum + line.usd, 0) };
    },
    requests: () => Object.fromEntries(requests),
  };
}

const priceOf = {
  'EventBridge custom events': 'customEvent',
  'EventBridge opt-in events': 'optInEvent',
  'EventBridge forwarded events': 'forwardedEvent',
  'EventBridge archived GB': 'archivedGigabyte',
  'SQS requests': 'queueRequest',
  'Lambda invocations': 'invocation',
  'Lambda GB-seconds': 'gigabyteSecond',
  'DynamoDB write units': 'writeUnit',
  'DynamoDB read units': 'readUnit',
  'S3 write requests': 'objectWrite',
  'S3 read requests': 'objectRead',
  'CloudWatch logged GB': 'loggedGigabyte',
} as const satisfies Record<string, keyof Prices>;

type Item = keyof typeof priceOf;

/** AWS names neither power; the decimal gigabyte is the dearer reading. */
const GIGABYTE = 1_000_000_000;

/** EventBridge and SQS bill each started 64 KiB. */
const chunks = (bytes: number) => Math.max(1, Math.ceil(bytes / 65_536));

const isAws = (caller: string) => caller.endsWith('.amazonaws.com');

function eventClass({ source, caller }: { source: string; caller: string }): Item {
  if (caller === 'events.amazonaws.com') return 'EventBridge forwarded events';
  return source.startsWith('aws.') ? 'EventBridge opt-in events' : 'EventBridge custom events';
}

function objectRequest(operation: string): Item | undefined {
  if (/^(Delete|Abort)/.test(operation)) return undefined;
  return /^(Put|Copy|Post|List|Create|Upload|Complete)/.test(operation)
    ? 'S3 write requests'
    : 'S3 read requests';
}
