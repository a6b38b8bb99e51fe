import { randomUUID } from 'node:crypto';
import type { Engine, JsonObject } from '../local-service.ts';
import type { Queue, Queues } from '../queue/queues.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import { POLLER_OPERATIONS } from './access.ts';
import { type FilterCriteria, readFilterCriteria } from './filter-criteria.ts';
import type { Invocation } from './functions.ts';
import type { LocalFunction } from './local-function.ts';
import { type Poller, pollQueue } from './poll-queue.ts';

/** Which queues feed which functions. Inputs and answers have the shapes of Lambda's API. */
export interface EventSourceMappings {
  create(input: JsonObject): JsonObject;
  get(uuid: string): JsonObject;
  list(filter: { readonly eventSourceArn?: string; readonly functionName?: string }): readonly JsonObject[];
  update(uuid: string, input: JsonObject): JsonObject;
  delete(uuid: string): JsonObject;
  pause(queueArn?: string): Promise<void>;
  resume(queueArn?: string): void;
  close(): Promise<void>;
}

/** Creates mappings from queues to functions and keeps a poller for each that is enabled. */
export function createEventSourceMappings(options: {
  readonly engine: Engine;
  readonly queues: Pick<Queues, 'byArn'>;
  readonly find: (functionArnOrName: string) => LocalFunction | undefined;
  readonly invoke: (functionName: string, payload: string) => Promise<Invocation>;
}): EventSourceMappings {
  const { engine, find, invoke, queues } = options;
  const mappings = new Map<string, Mapping>();

  return {
    create(input) {
      const settings = readSettings(input, DEFAULTS);
      const queue = findQueue(settings.eventSourceArn);
      const functionArn = findFunction(settings.functionName, queue);
      for (const other of mappings.values()) {
        if (other.settings.eventSourceArn === queue.arn && other.functionArn === functionArn)
          throw alreadyMapped(other);
      }
      const mapping: Mapping = { uuid: randomUUID(), functionArn, settings, changedAt: engine.clock.now() };
      mappings.set(mapping.uuid, mapping);
      poll(mapping, queue);
      return describe(mapping, settings.isEnabled ? 'Creating' : 'Disabled');
    },
    get: (uuid) => describe(mappingOf(uuid)),
    list: ({ eventSourceArn, functionName }) =>
      [...mappings.values()]
        .filter(({ settings }) => eventSourceArn === undefined || settings.eventSourceArn === eventSourceArn)
        .filter(
          ({ functionArn }) =>
            functionName === undefined || find(functionName)?.arn === withoutQualifier(functionArn),
        )
        .map((mapping) => describe(mapping)),
    update(uuid, input) {
      const mapping = mappingOf(uuid);
      const settings = readSettings(input, mapping.settings);
      const queue = findQueue(mapping.settings.eventSourceArn);
      const functionArn = findFunction(settings.functionName, queue);
      const wasEnabled = mapping.settings.isEnabled;
      void mapping.poller?.stop();
      Object.assign(mapping, {
        settings,
        functionArn,
        changedAt: engine.clock.now(),
        poller: undefined,
      });
      poll(mapping, queue);
      if (settings.isEnabled === wasEnabled) return describe(mapping, 'Updating');
      return describe(mapping, settings.isEnabled ? 'Enabling' : 'Disabling');
    },
    delete(uuid) {
      const mapping = mappingOf(uuid);
      void mapping.poller?.stop();
      mappings.delete(uuid);
      return describe(mapping, 'Deleting');
    },
    async pause(queueArn) {
      await Promise.all(pollersOf(queueArn).map((poller) => poller.pause()));
    },
    resume(queueArn) {
      for (const poller of pollersOf(queueArn)) poller.resume();
    },
    async close() {
      await Promise.all(pollersOf().map((poller) => poller.stop()));
    },
  };

  function poll(mapping: Mapping, queue: Queue): void {
    const { functionName, ...settings } = mapping.settings;
    if (!settings.isEnabled) return;
    const name = find(functionName)?.configuration.name ?? functionName;
    mapping.poller = pollQueue({ engine, queue, invoke, settings: { ...settings, functionName: name } });
  }

  function pollersOf(queueArn?: string): readonly Poller[] {
    return [...mappings.values()].flatMap(({ poller, settings }) =>
      poller && (queueArn === undefined || settings.eventSourceArn === queueArn) ? [poller] : [],
    );
  }

  function mappingOf(uuid: string): Mapping {
    const mapping = mappings.get(uuid);
    if (mapping) return mapping;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', {
      status: 404,
    });
  }

  function findQueue(arn: string): Queue {
    if (!arn.startsWith('arn:aws:sqs:')) throw invalid('Unrecognized event source.');
    const queue = queues.byArn(arn);
    if (queue) return queue;
    throw invalid(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
  }

  /** The function's ARN, with the qualifier that it was named with. */
  function findFunction(nameOrArn: string, queue: Queue): string {
    const found = find(nameOrArn);
    if (!found) throw invalid('Function does not exist');
    const { authority } = engine;
    const { role } = found.configuration;
    const missing = POLLER_OPERATIONS.find(
      (operation) => authority?.allows(role, { action: `sqs:${operation}`, resource: queue.arn }) === false,
    );
    if (missing)
      throw invalid(`The provided execution role does not have permissions to call ${missing} on SQS`);
    const visibility = queue.visibilityTimeoutSeconds();
    const timeout = found.configuration.timeoutSeconds;
    if (visibility >= timeout) return `${found.arn}${qualifierOf(nameOrArn)}`;
    throw invalid(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }

  function describe(mapping: Mapping, state?: string): JsonObject {
    const { changedAt, functionArn, settings, uuid } = mapping;
    return {
      BatchSize: settings.batchSize,
      EventSourceArn: settings.eventSourceArn,
      EventSourceMappingArn: `arn:aws:lambda:${engine.region}:${engine.accountId}:event-source-mapping:${uuid}`,
      ...(settings.filterCriteria && { FilterCriteria: settings.filterCriteria.declared }),
      FunctionArn: functionArn,
      FunctionResponseTypes: settings.reportsItemFailures ? [REPORT] : [],
      LastModified: changedAt / 1_000,
      MaximumBatchingWindowInSeconds: settings.windowSeconds,
      ...(settings.maximumConcurrency !== undefined && {
        ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
      }),
      State: state ?? (settings.isEnabled ? 'Enabled' : 'Disabled'),
      StateTransitionReason: 'USER_INITIATED',
      UUID: uuid,
    };
  }
}

/** What a template may not ask of a mapping, each said for people. */
export function mappingRefusals(properties: JsonObject): readonly string[] {
  const scaling = Object.keys((properties.ScalingConfig as JsonObject | undefined) ?? {});
  return scaling.filter((key) => key !== 'MaximumConcurrency').map((key) => `ScalingConfig.${key}`);
}

interface Mapping {
  readonly uuid: string;
  functionArn: string;
  settings: MappingSettings;
  changedAt: number;
  poller?: Poller;
}

interface MappingSettings {
  readonly eventSourceArn: string;
  readonly functionName: string;
  readonly isEnabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency?: number;
  readonly reportsItemFailures: boolean;
  readonly filterCriteria?: FilterCriteria;
}

const REPORT = 'ReportBatchItemFailures';
const DEFAULTS: MappingSettings = {
  eventSourceArn: '',
  functionName: '',
  isEnabled: true,
  batchSize: 10,
  windowSeconds: 0,
  reportsItemFailures: false,
};
const UNSUPPORTED = ['DestinationConfig', 'ProvisionedPollerConfig'];

function readSettings(input: JsonObject, before: MappingSettings): MappingSettings {
  const unsupported = UNSUPPORTED.find((name) => input[name] !== undefined);
  if (unsupported === 'DestinationConfig')
    throw invalid('Unsupported DestinationConfig parameter for given event source mapping type.');
  if (unsupported) throw invalid(`${unsupported} is not supported here: leave it out of the mapping`);
  const read = readProperties(input);
  const maximumConcurrency = readProperties(read.object('ScalingConfig')).number('MaximumConcurrency');
  const settings: MappingSettings = {
    eventSourceArn: read.text('EventSourceArn') ?? before.eventSourceArn,
    functionName: read.text('FunctionName') ?? before.functionName,
    isEnabled: read.boolean('Enabled') ?? before.isEnabled,
    batchSize: within('BatchSize', read.number('BatchSize') ?? before.batchSize, [1, 10_000]),
    windowSeconds: within(
      'MaximumBatchingWindowInSeconds',
      read.number('MaximumBatchingWindowInSeconds') ?? before.windowSeconds,
      [0, 300],
    ),
    maximumConcurrency:
      input.ScalingConfig === undefined
        ? before.maximumConcurrency
        : maximumConcurrency && within('MaximumConcurrency', maximumConcurrency, [2, 1_000]),
    reportsItemFailures:
      input.FunctionResponseTypes === undefined
        ? before.reportsItemFailures
        : read.list('FunctionResponseTypes').includes(REPORT),
    filterCriteria:
      input.FilterCriteria === undefined
        ? before.filterCriteria
        : readFilterCriteria(read.object('FilterCriteria')),
  };
  const isFifo = settings.eventSourceArn.endsWith('.fifo');
  if (isFifo && settings.windowSeconds > 0)
    throw invalid('Batching window is not supported for FIFO queues.');
  if (settings.batchSize > 10 && isFifo) throw invalid('Batch size must be at most 10 for FIFO queues.');
  if (settings.batchSize > 10 && settings.windowSeconds === 0)
    throw invalid(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  return settings;
}

/** `:live` of a function's name or ARN with a version or alias; empty without. */
function qualifierOf(functionArnOrName: string): string {
  return /^(?:.*:function:)?[^:]+(:[^:]+)$/.exec(functionArnOrName)?.[1] ?? '';
}

function withoutQualifier(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

function within(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalid(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

function alreadyMapped({ functionArn, settings, uuid }: Mapping): AwsError {
  const name = functionArn.split(':')[6];
  return new AwsError(
    'ResourceConflictException',
    `An event source mapping with SQS arn (" ${settings.eventSourceArn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    { status: 409 },
  );
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
