import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { HttpHandler } from '../../../../services/runtime/http/create-api.ts';
import type { Idempotency } from '../../../../services/runtime/http/idempotency.ts';
import type { Log } from '../../../../services/runtime/log.ts';
import { createRecordedLog } from '../recorded-log.ts';
import { type PutEventsRequest, startScriptedEventBridge } from '../scripted-event-bridge.ts';
import { context, httpEvent } from './http-event.ts';

/** An operation that publishes, over a bus that takes no event in whose data one of the texts stands. */
export async function openPublishingApi({
  route,
  refused = [],
  create,
}: {
  readonly route: string;
  readonly refused?: readonly string[];
  readonly create: (parts: {
    readonly client: EventBridgeClient;
    readonly idempotency: Idempotency;
    readonly log: Log;
  }) => HttpHandler;
}) {
  const bridge = await startScriptedEventBridge({
    answer: ({ Entries }: PutEventsRequest) =>
      Entries.map(({ Detail }) => {
        const data = JSON.stringify(JSON.parse(Detail).data);
        return refused.some((text) => data.includes(text))
          ? { ErrorCode: 'Malformed' }
          : { EventId: 'taken' };
      }),
  });
  // The key names the request, and nothing is kept of how it was answered: as after a crash.
  const idempotency: Idempotency = { once: (operate, { key }) => operate(key) };
  const handler = create({ client: bridge.client, idempotency, log: createRecordedLog().log });

  return {
    async ask(
      body: unknown,
      {
        key,
        claims = { sub: 'ada' },
      }: { readonly key?: string; readonly claims?: Record<string, string> } = {},
    ) {
      const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
      const answer = await handler(httpEvent({ route, body, headers, claims }), context);
      return { status: answer.statusCode, body: JSON.parse(answer.body ?? '') };
    },
    /** The details of the events that were sent. */
    said: () => bridge.entries().map(({ Detail }) => JSON.parse(Detail)),
    end: () => bridge.close(),
  };
}
