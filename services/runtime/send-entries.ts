import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { Entry } from './entry-bytes.ts';
import { PublishError, type UnpublishedEvent } from './publish-error.ts';

export interface Outgoing {
  readonly entry: Entry;
  readonly bytes: number;
  readonly eventId: string;
}

interface Sending {
  readonly outgoing: readonly Outgoing[];
  readonly busName: string;
  readonly client: EventBridgeClient;
  readonly wait: (ms: number) => Promise<void>;
}

/** Sends all entries in as few requests as AWS allows, some at a time, and each failed entry again where that can help. Throws `PublishError`. */
export async function sendEntries({ outgoing, busName, client, wait }: Sending): Promise<void> {
  const left: UnpublishedEvent[] = [];
  let cause: unknown;
  const requests = packRequests(outgoing).values();

  async function sendNext(): Promise<void> {
    for (const request of requests) {
      if (left.length > 0)
        left.push(...request.map((one) => unpublished(one, 'NotSent', 'an earlier request failed')));
      else await sendRequest(request);
    }
  }

  async function sendRequest(request: readonly Numbered[]): Promise<void> {
    let pending = request;
    for (let attempt = 1; pending.length > 0; attempt += 1) {
      const answers = await put(pending);
      const failed = pending
        .map((one, place) => ({ one, answer: answers[place] }))
        .filter(({ answer }) => answer?.EventId === undefined);
      const isFinal = ({ answer }: (typeof failed)[number]) =>
        attempt === ATTEMPTS || !retryable.has(answer?.ErrorCode ?? '');
      for (const { one, answer } of failed.filter(isFinal)) {
        left.push(unpublished(one, answer?.ErrorCode ?? 'NoAnswer', answer?.ErrorMessage ?? ''));
      }
      pending = failed.filter((failure) => !isFinal(failure)).map(({ one }) => one);
      if (pending.length > 0) await wait(Math.random() * FIRST_WAIT_MS * 2 ** attempt);
    }
  }

  async function put(pending: readonly Numbered[]) {
    try {
      const Entries = pending.map(({ entry }) => ({ ...entry, EventBusName: busName }));
      return (await client.send(new PutEventsCommand({ Entries }))).Entries ?? [];
    } catch (error) {
      // The client has already tried again what can be tried again as a whole.
      cause ??= error;
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return pending.map(() => ({ EventId: undefined, ErrorCode: name, ErrorMessage: message }));
    }
  }

  await Promise.all(Array.from({ length: REQUESTS_AT_A_TIME }, sendNext));
  if (left.length > 0) throw new PublishError(busName, left, outgoing.length, { cause });
}

const ATTEMPTS = 5;
const FIRST_WAIT_MS = 50;
const REQUESTS_AT_A_TIME = 4;

/** See https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html */
const retryable = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);

type Numbered = Outgoing & { readonly index: number };

function packRequests(outgoing: readonly Outgoing[]): Numbered[][] {
  const requests: Numbered[][] = [];
  let request: Numbered[] = [];
  let bytes = 0;
  for (const [index, one] of outgoing.entries()) {
    if (request.length === 10 || bytes + one.bytes >= 1_048_576) {
      requests.push(request);
      request = [];
      bytes = 0;
    }
    request.push({ ...one, index });
    bytes += one.bytes;
  }
  if (request.length > 0) requests.push(request);
  return requests;
}

function unpublished({ index, entry }: Numbered, code: string, message: string): UnpublishedEvent {
  return { index, type: entry.DetailType, code, message };
}
