import {
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  PutRuleCommand,
} from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import imageScanned from '../../../schemas/fanbus.images/ImageScanned.v1.json' with { type: 'json' };
import itemReceived from '../../../schemas/fanbus.items/ItemReceived.v1.json' with { type: 'json' };
import taskFileCompleted from '../../../schemas/fanbus.tasks/TaskFileCompleted.v1.json' with { type: 'json' };
import { uuidv7 } from '../../../services/runtime/uuidv7.ts';
import type { ObservationOf } from '../../../tools/local/observations.ts';
import { openTarget } from '../../../tools/target/open-target.ts';
import type { Target } from '../../../tools/target/target.ts';
import { temporaryPrefix } from '../../../tools/target/temporary-rule.ts';
import { askArchive } from '../../../tools/trace/ask-archive.ts';
import { renderTrace } from '../../../tools/trace/render-trace.ts';
import type { ConsumerTrace, Trace, TracedEvent } from '../../../tools/trace/trace.ts';
import { traceEvent } from '../../../tools/trace/trace-event.ts';
import { openTasksFlow, plainCsv, type TasksFlow } from '../../flow/open-tasks-flow.ts';

let flow: TasksFlow;
let events: EventBridgeClient;
let local: Target;
let onAws: Target;
const published: ObservationOf<'published'>[] = [];
const undo: (() => unknown)[] = [];
const { signal } = new AbortController();

beforeAll(async () => {
  flow = await openTasksFlow();
  flow.aws.observations.on('published', (one) => published.push(one));
  // Read by the SDK's clients, which get nothing but a region on AWS.
  Object.assign(process.env, flow.aws.environment);
  events = new EventBridgeClient();
  local = await openTarget({ endpoint: flow.aws.endpoint });
  onAws = await openTarget({ region: flow.aws.region });
});
afterEach(async () => {
  for (const step of undo.splice(0)) await step();
});
afterAll(async () => {
  events.destroy();
  await flow.close();
});

const follow = (id: string, target = local) => traceEvent(id, { target, signal });
/** Also what the analytics record does not have. The archive is asked as the local one, whose rules hold at once. */
const followByArchive = (id: string, target: Target) =>
  traceEvent(id, { target, signal, askArchive: (one) => askArchive(one, { target: local, signal }) });

/** Says an event as its schema's example has it, but for its ids; answers our id of it. */
async function say(
  address: string,
  { data, metadata }: { readonly data: object; readonly metadata: object },
): Promise<string> {
  const [Source, DetailType] = address.split('/');
  const eventId = uuidv7(flow.aws.clock.now());
  const detail = {
    metadata: { ...metadata, eventId, correlationId: eventId, occurredAt: new Date().toISOString() },
    data,
  };
  const entry = { EventBusName: flow.names.bus, Source, DetailType, Detail: JSON.stringify(detail) };
  await events.send(new PutEventsCommand({ Entries: [entry] }));
  return eventId;
}

function exampleOf({ examples }: { readonly examples: readonly { data: object; metadata: object }[] }) {
  const [example] = examples;
  if (example === undefined) throw new Error('a schema without an example');
  return example;
}

function at(consumer: string, { event }: Trace): ConsumerTrace | undefined {
  return event.consumers.find((one) => one.consumer === consumer);
}

/** What is known on AWS, too. */
function withoutLocal({ publications: _, ...event }: TracedEvent): TracedEvent {
  return { ...event, caused: event.caused.map(withoutLocal) };
}

const statesOf = ({ consumers }: TracedEvent) =>
  Object.fromEntries(
    consumers.flatMap(({ consumer, state }) => (state === 'unmatched' ? [] : [[consumer, state]])),
  );

describe('a file of tasks', () => {
  let trace: Trace;
  beforeAll(async () => {
    await flow.resume('record-analytics');
    await flow.upload(plainCsv(600));
    await flow.untilQuiet();
    await recorded();
    const first = published.find(({ bus }) => bus === 'default');
    trace = await follow(first?.eventId ?? '');
  });

  /** Until record-analytics, which waits for more, has written what it has. */
  async function recorded(): Promise<void> {
    const settled = flow.aws.observations.waitFor('settled', ({ queue }) =>
      queue.endsWith('record-analytics'),
    );
    flow.aws.clock.advance(11_000);
    await settled;
  }

  it('is followed from the bus that it came from to its end', () => {
    const { caused, publications, ...event } = trace.event;
    expect(event).toMatchObject({ source: 'aws.s3', type: 'Object Created', schema: { result: 'valid' } });
    expect(publications).toMatchObject([{ bus: flow.names.bus, forwardedFrom: expect.any(String) }]);
    expect(statesOf(trace.event)).toEqual({ 'read-task-file': 'done' });
    expect(new Set(caused.map(({ type }) => type))).toEqual(new Set(['TaskRowsRead.v1']));
    const ends = caused.flatMap((part) => part.caused);
    expect(ends).toMatchObject([{ type: 'TaskFileCompleted.v1', caused: [] }]);
    expect(ends.map(statesOf)).toEqual([{ 'complete-task-file': 'done', 'record-analytics': 'done' }]);
  });

  it('says of the consumers that do not hear it which clause it does not meet', () => {
    expect(at('create-tasks', trace)).toEqual({
      consumer: 'create-tasks',
      queue: flow.names.consumer('create-tasks'),
      state: 'unmatched',
      rules: [
        {
          name: flow.names.rule('create-tasks', 1),
          isEnabled: true,
          isMatch: false,
          clause: 'detail-type must meet ["TaskRowsRead.v1"]; the event has "Object Created"',
        },
      ],
      attempts: [],
    });
  });

  it('is the same on AWS, from log and record, but for what only the local AWS knows', async () => {
    const [part] = trace.event.caused;
    const here = await follow(part?.eventId ?? '');
    const there = await follow(part?.eventId ?? '', onAws);
    expect(here.event.fanIn).toMatchObject({
      of: 'task file',
      piece: expect.stringMatching(/^\d+$/),
      state: 'recorded',
    });
    expect(here.event.fanIn?.progress).toMatchObject({ complete: true, failed: 0 });
    expect(at('create-tasks', here)?.attempts).toMatchObject([{ outcome: 'done', ms: expect.any(Number) }]);
    expect(here.event.publications).toMatchObject([{ by: flow.names.consumer('read-task-file') }]);
    expect(there.event).toEqual(withoutLocal(here.event));
  });

  it('is found by the id of a message of it', async () => {
    const { messageIds } = await flow.aws.observations.waitFor(
      'received',
      ({ queue }) => queue === flow.names.consumer('complete-task-file'),
    );
    expect((await follow(messageIds[0] ?? '')).event.type).toBe('TaskFileCompleted.v1');
  });

  it('stops at the depth that is asked for', async () => {
    const first = published.find(({ bus }) => bus === 'default')?.eventId ?? '';
    expect((await traceEvent(first, { target: local, signal, depth: 0 })).event.caused).toEqual([]);
  });

  it('shows parts that went the same way as one and a number', () => {
    const text = renderTrace(trace);
    const alike = trace.event.caused.filter(({ caused }) => caused.length === 0).length - 1;
    expect(alike).toBeGreaterThan(1);
    expect(text).toMatch(new RegExp(`[├└]─ … and ${alike} more like it\n`));
    expect(text).toMatch(/[│ ] {2}└─ TaskFileCompleted\.v1 .* ✔ complete-task-file {2}✔ record-analytics\n/);
  });
});

it('tells that a message was parked and why, on AWS too', async () => {
  const id = await say('fanbus.tasks/TaskFileCompleted.v1', {
    ...exampleOf(taskFileCompleted),
    data: { created: 1 },
  });
  await flow.untilQuiet();
  for (const target of [local, onAws]) {
    const trace = await followByArchive(id, target);
    expect(trace.event.schema.result).toBe('invalid');
    expect(at('complete-task-file', trace)).toMatchObject({
      state: 'parked',
      attempts: [{ outcome: 'park', reason: expect.stringContaining('is not valid') }],
      deadLetter: { queue: flow.names.deadLetters('complete-task-file'), door: 'parked' },
    });
  }
});

it('tells that it still waits for a consumer that is switched off', async () => {
  await flow.pause('label-item');
  undo.push(() => flow.resume('label-item'));
  const id = await say('fanbus.items/ItemReceived.v1', exampleOf(itemReceived));
  await flow.untilQuiet({ switchedOff: ['label-item'] });
  expect(statesOf((await follow(id)).event)).toMatchObject({ 'label-item': 'waiting', 'store-item': 'done' });
  expect(statesOf((await followByArchive(id, onAws)).event)).toMatchObject({ 'label-item': 'unknown' });
});

it('tells which part of a verdict an answer is', async () => {
  const id = await say('fanbus.images/ImageScanned.v1', exampleOf(imageScanned));
  await flow.untilQuiet();
  const { event } = await follow(id);
  expect(event.fanIn).toMatchObject({ of: 'picture', piece: '1', state: 'recorded' });
  expect(event.fanIn?.progress).toMatchObject({ complete: false });
});

it('tells that a rule was changed since', async () => {
  const id = await say('fanbus.items/ItemReceived.v1', exampleOf(itemReceived));
  await flow.untilQuiet();
  const rule = { Name: flow.names.rule('label-item', 1), EventBusName: flow.names.bus };
  const { EventPattern } = await events.send(new DescribeRuleCommand(rule));
  undo.push(() => events.send(new PutRuleCommand({ ...rule, EventPattern })));
  await events.send(new PutRuleCommand({ ...rule, EventPattern: '{"detail-type":["ItemDropped.v1"]}' }));
  const trace = await follow(id);
  expect(at('label-item', trace)).toMatchObject({
    state: 'done',
    rules: [{ isMatch: false, isChanged: true }],
  });
  expect(at('store-item', trace)?.rules[0]).not.toHaveProperty('isChanged');
});

it('tells that nobody hears it', async () => {
  const id = await say('weather/Storm', { data: {}, metadata: {} });
  await flow.untilQuiet();
  const trace = await follow(id);
  expect(statesOf(trace.event)).toEqual({});
  expect(trace.event.schema.result).toBe('unknown');
  expect(renderTrace(trace)).toContain('Nobody hears it: no rule of the bus wants it.');
});

describe('an event that nobody knows', () => {
  it('is refused with what was looked at', async () => {
    const since =
      /remembers since \d{4}-.*Z, the analytics record fanbus-dev-recorded-events, the dead-letter queues\. Give/;
    await expect(follow(uuidv7(Date.now()))).rejects.toThrow(since);
  });

  it('is looked for in the archive when that is allowed, and nothing of it stays behind', async () => {
    await flow.pause('record-analytics');
    const id = await say('weather/Storm', { data: {}, metadata: {} });
    await flow.untilQuiet();
    await expect(follow(id, onAws)).rejects.toThrow('--archive');
    const { event } = await followByArchive(id, onAws);
    expect(event).toMatchObject({ eventId: id, type: 'Storm', caused: [] });
    const { Rules = [] } = await events.send(new ListRulesCommand({ EventBusName: flow.names.bus }));
    const left = [...Rules.map(({ Name = '' }) => Name), ...flow.aws.queues.list().map(({ name }) => name)];
    expect(left.filter((name) => name.startsWith(temporaryPrefix))).toEqual([]);
  });

  it('is not looked for in the archive without a time', async () => {
    const ask = askArchive('13dd58f6-3b81-42be-8209-8f850a708bfb', { target: onAws, signal });
    await expect(ask).rejects.toThrow('--at');
  });
});

it('tells each attempt when a function died before it could say anything', async () => {
  const [hop, effect, subject] = ['function', 'crash', flow.names.consumer('store-item')] as const;
  undo.push(flow.aws.faults.inject({ hop, effect, subject, times: 1 }));
  const id = await say('fanbus.items/ItemReceived.v1', exampleOf(itemReceived));
  await flow.untilQuiet();
  const trace = await follow(id);
  expect(at('store-item', trace)).toMatchObject({
    state: 'done',
    attempts: [{ outcome: 'retry', reason: expect.stringContaining('died') }, { outcome: 'done' }],
  });
  expect(new Set(trace.event.caused.map(({ type }) => type))).toEqual(
    new Set(['ItemLabelled.v1', 'ItemStored.v1']),
  );
});
