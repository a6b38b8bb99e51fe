import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Buses } from '../../../../tools/local/bus/buses.ts';
import { createBuses } from '../../../../tools/local/bus/create-buses.ts';
import type { JsonObject } from '../../../../tools/local/local-service.ts';
import { user } from '../../../../tools/local/wire/callers.ts';
import { type OpenFunctions, openFunctions } from '../function/open-functions.ts';

let aws: OpenFunctions;
let buses: Buses;
beforeAll(async () => {
  aws = await openFunctions();
  buses = createBuses(aws.engine, aws);
});
afterAll(async () => {
  await buses.close();
  await aws.close();
});

function call(operation: string, input: JsonObject) {
  if (buses.protocol.kind !== 'json') throw new Error('EventBridge speaks JSON');
  return buses.protocol.operations[operation]?.(input, user) as JsonObject;
}

/** Publishes one event for a rule whose target is a function of this code. */
async function publishTo(
  name: string,
  code: string,
  target: JsonObject = {},
  more: JsonObject = {},
): Promise<void> {
  const Arn = await aws.addFunction(name, code);
  call('PutRule', { Name: name, EventPattern: JSON.stringify({ source: [name] }) });
  call('PutTargets', { Rule: name, Targets: [{ Id: 't', Arn, ...target }] });
  call('PutEvents', { Entries: [{ Source: name, DetailType: 'Said', Detail: '{"n":1}', ...more }] });
  await aws.observations.waitFor('delivered', ({ rule }) => rule === name);
}

const runsOf = (name: string) =>
  aws.observations.recent().filter((seen) => seen.kind === 'invoked' && seen.function === name);

const untilRuns = (name: string, count: number) =>
  aws.observations.waitFor('invoked', () => runsOf(name).length >= count);

const loggedBy = (name: string) =>
  aws.logs.lines(`/aws/lambda/${name}`).flatMap(({ message }) => /EVENT (.*)/.exec(message)?.[1] ?? []);

it('gives a function the whole event', async () => {
  await publishTo(
    'whole',
    "exports.handler = async (event) => console.log('EVENT ' + JSON.stringify(event));",
  );
  await untilRuns('whole', 1);
  const [text] = loggedBy('whole');
  expect(JSON.parse(text ?? '{}')).toMatchObject({
    version: '0',
    'detail-type': 'Said',
    source: 'whole',
    resources: [],
    detail: { n: 1 },
  });
});

it('gives a function what the target makes of the event', async () => {
  await publishTo(
    'part',
    "exports.handler = async (event) => console.log('EVENT ' + JSON.stringify(event));",
    {
      InputPath: '$.detail.n',
    },
  );
  await untilRuns('part', 1);
  expect(loggedBy('part')).toEqual(['1']);
});

it('is delivered once Lambda has accepted it: Lambda itself runs a failing function twice more', async () => {
  await publishTo('failing', "exports.handler = async () => { throw new Error('no'); };");
  await untilRuns('failing', 1);
  for (const [runs, waitMs] of [
    [2, 60_000],
    [3, 120_000],
  ] as const) {
    await new Promise((resolve) => setImmediate(resolve));
    aws.clock.advance(waitMs);
    await untilRuns('failing', runs);
  }
  const deliveries = aws.observations.recent().filter((seen) => 'rule' in seen && seen.rule === 'failing');
  expect(deliveries.map(({ kind }) => kind)).toEqual(['matched', 'delivered']);
});

it('lets a function go on with the trace of the event', async () => {
  const Root = 'Root=1-5759e988-bd862e3fe1be46a994272793';
  await publishTo(
    'traced',
    "exports.handler = async () => console.log('EVENT ' + process.env._X_AMZN_TRACE_ID);",
    {},
    { TraceHeader: `${Root};Parent=53995c3f42cd8ad8;Sampled=1` },
  );
  await untilRuns('traced', 1);
  expect(loggedBy('traced')).toEqual([expect.stringMatching(`^${Root};Parent=[0-9a-f]{16};Sampled=0$`)]);
});
