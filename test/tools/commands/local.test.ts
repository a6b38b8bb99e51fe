import { fileURLToPath } from 'node:url';
import {
  DescribeReplayCommand,
  EventBridgeClient,
  ListArchivesCommand,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cli, startCli } from './start-cli.ts';

const app = fileURLToPath(new URL('../../apps/orders/', import.meta.url));

describe('fanbus local with an app that knows nothing of Fanbus', { timeout: 60_000 }, () => {
  let cli: Cli;
  let events: EventBridgeClient;
  let sqs: SQSClient;
  let urlOf: (output: string) => string;

  beforeAll(async () => {
    cli = startCli(['local', '--app', app]);
    await cli.until(/Ctrl-C ends it/);
    const settings = {
      endpoint: /Endpoint +(\S+)/.exec(cli.output())?.[1],
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    events = new EventBridgeClient(settings);
    sqs = new SQSClient(settings);
    urlOf = (output) => new RegExp(`${output}Url = (\\S+)`).exec(cli.output())?.[1] ?? '';
  });
  afterAll(async () => {
    events.destroy();
    sqs.destroy();
    await cli.stop();
    expect((await cli.ended).code).toBe(0);
  });

  it('says what was deployed', () => {
    const shown = cli.output();
    expect(shown).toContain('templates synthesised');
    for (const line of [
      'bus        orders',
      'bus        audit',
      'archive    orders',
      'function   orders-price',
      `queue      ${urlOf('Ledger')}`,
      `output     BigUrl = ${urlOf('Big')}`,
    ]) {
      expect(shown).toContain(`    ${line}\n`);
    }
    expect(shown).not.toMatch(/fanbus-|task/);
  });

  it('delivers an order to each rule in the form that its target asks for', async () => {
    await put('OrderPlaced', {
      id: 'A-1',
      customer: 'Ada "the Countess"',
      total: 250,
      lines: [{ sku: 'x', n: 2 }],
    });

    expect(await bodies('Big')).toEqual([
      { order: 'A-1', text: 'Ada "the Countess" ordered for 250', lines: [{ sku: 'x', n: 2 }] },
    ]);
    expect(await bodies('Pulse')).toEqual([{ beat: 1 }]);
    const [booked] = await take('Ledger');
    expect(JSON.parse(booked?.Body ?? '')).toMatchObject({ id: 'A-1', total: 250 });
    expect(booked?.Attributes).toMatchObject({ MessageGroupId: 'ledger' });
    await cli.until(/orders-price {2}.*order A-1 costs 250 and 50 tax/);
    await cli.until(/journal {2}\{"version":"0",.*"id":"A-1"/);
  });

  it('forwards to the other bus, as an event of its own account', async () => {
    const [forwarded] = await bodies('Audited');
    expect(forwarded).toMatchObject({
      source: 'shop',
      'detail-type': 'OrderPlaced',
      account: '000000000000',
    });
  });

  it('keeps a rule silent for what it does not match', async () => {
    await put('OrderPlaced', { id: 'A-2', customer: 'test', total: 500, lines: [] });
    await put('OrderPlaced', { id: 'A-3', customer: 'Bob', total: 99.5, lines: [] });
    await put('OrderPlaced', { id: 'A-4', customer: 'Eve', total: 100, lines: [] });
    expect(await bodies('Big')).toMatchObject([{ order: 'A-4', text: 'Eve ordered for 100' }]);
    expect(await take('Ledger', 3)).toHaveLength(3);
  });

  it('feeds a function from its queue', async () => {
    await put('OrderPaidByCard', { id: 'A-1', express: 'today' });
    await cli.until(/orders-pick {2}.*picked A-1 in the north/);
  });

  it('replays what its archive kept', async () => {
    const { Archives = [] } = await events.send(new ListArchivesCommand({ NamePrefix: 'orders' }));
    expect(Archives).toMatchObject([{ ArchiveName: 'orders', RetentionDays: 30 }]);
    const archive = 'arn:aws:events:us-east-1:000000000000:archive/orders';
    const bus = 'arn:aws:events:us-east-1:000000000000:event-bus/orders';
    await events.send(
      new StartReplayCommand({
        ReplayName: 'again',
        EventSourceArn: archive,
        EventStartTime: new Date(Date.now() - 3_600_000),
        EventEndTime: new Date(),
        Destination: { Arn: bus },
      }),
    );
    const again = await bodies('Big', 2);
    expect(again.map(({ order }) => order).sort()).toEqual(['A-1', 'A-4']);
    await expect
      .poll(() => events.send(new DescribeReplayCommand({ ReplayName: 'again' })), { timeout: 20_000 })
      .toMatchObject({ State: 'COMPLETED' });
  });

  async function put(detailType: string, detail: object): Promise<void> {
    const { FailedEntryCount } = await events.send(
      new PutEventsCommand({
        Entries: [
          { EventBusName: 'orders', Source: 'shop', DetailType: detailType, Detail: JSON.stringify(detail) },
        ],
      }),
    );
    expect(FailedEntryCount).toBe(0);
  }

  /** Takes so many messages from the queue behind an output. */
  async function take(output: string, count = 1): Promise<Message[]> {
    const QueueUrl = urlOf(output);
    const taken: Message[] = [];
    while (taken.length < count) {
      const { Messages } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MessageSystemAttributeNames: ['All'] }),
      );
      if (!Messages) throw new Error(`${output} has ${taken.length} messages, not ${count}`);
      for (const { ReceiptHandle } of Messages)
        await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
      taken.push(...Messages);
    }
    return taken;
  }

  async function bodies(output: string, count?: number) {
    return (await take(output, count)).map(({ Body }) => JSON.parse(Body ?? ''));
  }
});
