import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsCommandOutput,
  type PutEventsRequestEntry,
  PutRuleCommand,
  PutTargetsCommand,
  type Target,
} from '@aws-sdk/client-eventbridge';
import type { Buses } from '../../../../tools/local/bus/buses.ts';
import { createBuses } from '../../../../tools/local/bus/create-buses.ts';
import { createClock } from '../../../../tools/local/clock.ts';
import { createFaults } from '../../../../tools/local/faults.ts';
import { createLogs, type Logs } from '../../../../tools/local/function/create-logs.ts';
import type { Functions } from '../../../../tools/local/function/functions.ts';
import type {
  DeployedResource,
  Engine,
  JsonObject,
  LocalService,
} from '../../../../tools/local/local-service.ts';
import { createObservations } from '../../../../tools/local/observations.ts';
import { createQueues } from '../../../../tools/local/queue/create-queues.ts';
import type { Queues, ReceivedMessage } from '../../../../tools/local/queue/queues.ts';
import { createCallers, user } from '../../../../tools/local/wire/callers.ts';
import { createGateway } from '../../../../tools/local/wire/gateway.ts';
import { clientSettings } from '../client-settings.ts';

/** EventBridge and SQS behind the engine's gateway, and the SDK's client for it. */
export interface Events extends Engine {
  readonly client: EventBridgeClient;
  readonly buses: Buses;
  readonly queues: Queues;
  readonly logs: Logs;
  /** What functions were given, by ARN. Every function named `missing` is missing. */
  readonly invoked: Map<string, string[]>;
  /** Makes a queue and returns its ARN. */
  queue(name: string, attributes?: JsonObject): string;
  /** What is in the queue now; takes it out. */
  take(arn: string): readonly ReceivedMessage[];
  deploy(type: string, properties: JsonObject): Promise<DeployedResource>;
  remove(type: string, physicalId: string): Promise<void>;
  /** Makes a rule with one target, on the default bus unless named. Returns its ARN. */
  rule(options: { name: string; bus?: string; pattern?: unknown; target?: Partial<Target> }): Promise<string>;
  put(...entries: PutEventsRequestEntry[]): Promise<PutEventsCommandOutput>;
  close(): Promise<void>;
}

/** Opens them on a free port. */
export async function openEvents(options: { archiveDelayMs?: number } = {}): Promise<Events> {
  const observations = createObservations();
  const engine: Engine = {
    region: 'us-east-1',
    accountId: '000000000000',
    clock: createClock(),
    observations,
    faults: createFaults({
      seed: 7,
      onStrike: ({ hop, effect }, subject) => observations.report({ kind: 'faulted', hop, effect, subject }),
    }),
    endpoint: () => gateway.endpoint,
  };
  const gateway = createGateway({ engine, callers: createCallers() });
  const queues = createQueues(engine);
  const invoked = new Map<string, string[]>();
  const logs = createLogs(engine);
  const buses = createBuses(engine, { queues, logs, functions: recordingFunctions(invoked), ...options });
  await gateway.listen([queues, logs, buses]);
  const client = new EventBridgeClient(clientSettings({ endpoint: gateway.endpoint, region: engine.region }));

  const providerOf = (type: string) => {
    const services: readonly LocalService[] = [buses, queues, logs];
    const provider = services.map(({ resources }) => resources[type]).find((one) => one !== undefined);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    return provider;
  };

  const events: Events = {
    ...engine,
    client,
    buses,
    queues,
    logs,
    invoked,
    queue(name, attributes = {}) {
      void events.deploy('AWS::SQS::Queue', { QueueName: name, ...attributes });
      return `arn:aws:sqs:us-east-1:000000000000:${name}`;
    },
    take: (arn) => queues.byArn(arn)?.receive(10, user) ?? [],
    deploy: (type, properties) =>
      providerOf(type).deploy({
        type,
        properties,
        logicalId: 'Resource',
        stackName: 'stack',
        generatedName: 'stack-Resource-1A2B3C',
        asset: (key) => key,
      }),
    remove: (type, physicalId) => providerOf(type).remove(physicalId),
    async rule({ name, bus, pattern = { source: ['app'] }, target }) {
      const rule = { Name: name, EventBusName: bus, EventPattern: JSON.stringify(pattern) };
      const { RuleArn = '' } = await client.send(new PutRuleCommand(rule));
      const targets = [{ Id: 'target', Arn: undefined, ...target }];
      await client.send(new PutTargetsCommand({ Rule: name, EventBusName: bus, Targets: targets }));
      return RuleArn;
    },
    put: (...entries) => client.send(new PutEventsCommand({ Entries: entries })),
    async close() {
      client.destroy();
      await gateway.close();
      await buses.close();
      await queues.close();
    },
  };
  return events;
}

/** The simplest entry that is valid. */
export const entry: PutEventsRequestEntry = { Source: 'app', DetailType: 'Said', Detail: '{"n":1}' };

function recordingFunctions(invoked: Map<string, string[]>): Functions {
  return {
    name: 'lambda',
    protocol: { kind: 'http', handle() {} },
    resources: {},
    has: (arn) => !arn.includes('missing'),
    invoke: async () => ({ payload: 'null' }),
    replaceFile: () => false,
    invokeLater(arn, payload) {
      invoked.set(arn, [...(invoked.get(arn) ?? []), payload]);
    },
    pausePolling: async () => {},
    resumePolling() {},
    close: async () => {},
  };
}
