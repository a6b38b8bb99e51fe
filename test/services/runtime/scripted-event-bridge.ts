import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';

export interface PutEventsRequest {
  readonly Entries: readonly { EventBusName: string; Source: string; DetailType: string; Detail: string }[];
}

interface EntryAnswer {
  readonly EventId?: string;
  readonly ErrorCode?: string;
  readonly ErrorMessage?: string;
}

/** The two calls that publish makes, answered by a script: a real bus does not fail when a test wants it to. */
export async function startScriptedEventBridge(script: {
  /** The answer to each entry of the n-th PutEvents, from 1; an error code refuses the whole request. */
  readonly answer?: (request: PutEventsRequest, n: number) => readonly EntryAnswer[] | string;
  /** The buses there are. */
  readonly buses?: readonly string[];
}) {
  const { answer = (request) => request.Entries.map(() => ({ EventId: 'taken' })), buses = ['fanbus-test'] } =
    script;
  const requests: PutEventsRequest[] = [];
  let describes = 0;

  function reply(operation: string, body: string): { status: number; content: object } {
    if (operation === 'DescribeEventBus') {
      describes += 1;
      const { Name } = JSON.parse(body);
      if (buses.includes(Name)) return { status: 200, content: { Name } };
      return refuse('ResourceNotFoundException', `Event bus ${Name} does not exist.`);
    }
    const request: PutEventsRequest = JSON.parse(body);
    requests.push(request);
    const entries = answer(request, requests.length);
    if (typeof entries === 'string') return refuse(entries, 'as the script says');
    const FailedEntryCount = entries.filter(({ EventId }) => EventId === undefined).length;
    return { status: 200, content: { FailedEntryCount, Entries: entries } };
  }

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const { status, content } = reply(operation, await text(request));
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new EventBridgeClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

  return {
    client,
    requests,
    /** How often DescribeEventBus was called. */
    describes: () => describes,
    /** All entries that came, in order. */
    entries: () => requests.flatMap(({ Entries }) => Entries),
    async close() {
      client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function refuse(code: string, message: string) {
  return { status: 400, content: { __type: code, message } };
}
