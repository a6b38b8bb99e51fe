import type { PathHandler } from '../local-service.ts';
import type { EventRecord, Hop, RecordedEvent } from './create-record.ts';

/** Where the engine answers what it remembers of events. */
export const RECORD_PATH = '/_aws/record';

/** What is known of the events about a text. */
export interface RecordAnswer {
  /** ISO 8601: every event since then is known. */
  readonly since: string;
  readonly events: readonly (Omit<RecordedEvent, 'hops'> & { readonly hops: readonly RecordedHop[] })[];
}

/** An observation, and when it was, as ISO 8601. */
export type RecordedHop = { readonly at: string } & Hop['observation'];

/** `GET /_aws/record?about=TEXT` answers the events that contain the text, or have a message of this id: a `RecordAnswer` as JSON. */
export function createRecordEndpoint(record: EventRecord): PathHandler {
  return async (request, response) => {
    request.resume();
    const about = new URL(request.url ?? '', 'http://127.0.0.1').searchParams.get('about') ?? '';
    const [status, answer] =
      about.length < SHORTEST
        ? [400, { message: `?about=TEXT, of at least ${SHORTEST} characters, says which events are wanted` }]
        : [200, answerOf(record, about)];
    const text = JSON.stringify(answer);
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
    });
    response.end(text);
  };
}

/** Less is in every event. */
const SHORTEST = 8;

function answerOf(record: EventRecord, about: string): RecordAnswer {
  return {
    since: timeText(record.since()),
    events: record.find(about).map((event) => ({
      ...event,
      hops: event.hops.map(({ at, observation }) => ({ at: timeText(at), ...observation })),
    })),
  };
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
