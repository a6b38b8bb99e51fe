import { randomUUID } from 'node:crypto';
import type { Engine, JsonObject } from '../local-service.ts';
import type { Queue, Queues } from '../queue/queues.ts';
import { AwsError } from '../wire/aws-error.ts';
import { POLLER_OPERATIONS } from './access.ts';
import type { Invocation } from './functions.ts';
import { invalidParameter } from './invalid-parameter.ts';
import type { LocalFunction } from './local-function.ts';
import { describeMappingSettings, type MappingSettings, readMappingSettings } from './mapping-settings.ts';
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
  readonly queues: Pick<Queues, 'byArn' | 'onCreated'>;
  readonly find: (functionArnOrName: string) => LocalFunction | undefined;
  readonly invoke: (functionName: string, payload: string) => Promise<Invocation>;
}): EventSourceMappings {
  const { engine, find, invoke, queues } = options;
  const mappings = new Map<string, Mapping>();
  // A queue that is deleted and made again is polled again, as on AWS: a mapping knows its ARN only.
  const stopListening = queues.onCreated((queue) => {
    for (const mapping of mappings.values()) {
      if (mapping.settings.eventSourceArn === queue.arn) repoll(mapping, queue);
    }
  });

  return {
    create(input) {
      const settings = readMappingSettings(input);
      const queue = findQueue(settings.eventSourceArn);
      const functionArn = findFunction(settings.functionName, queue);
      for (const other of mappings.values()) {
        if (other.settings.eventSourceArn === queue.arn && other.functionArn === functionArn)
          throw alreadyMapped(other);
      }
      const mapping: Mapping = { uuid: randomUUID(), functionArn, settings, changedAt: engine.clock.now() };
      mappings.set(mapping.uuid, mapping);
      repoll(mapping, queue);
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
      const settings = readMappingSettings(input, mapping.settings);
      const queue = findQueue(mapping.settings.eventSourceArn);
      const functionArn = findFunction(settings.functionName, queue);
      const wasEnabled = mapping.settings.isEnabled;
      Object.assign(mapping, { settings, functionArn, changedAt: engine.clock.now() });
      repoll(mapping, queue);
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
      stopListening();
      await Promise.all(pollersOf().map((poller) => poller.stop()));
    },
  };

  /** Ends the mapping's poller, if it has one, and starts another if it is enabled. */
  function repoll(mapping: Mapping, queue: Queue): void {
    void mapping.poller?.stop();
    mapping.poller = undefined;
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
    if (!arn.startsWith('arn:aws:sqs:')) throw invalidParameter('Unrecognized event source.');
    const queue = queues.byArn(arn);
    if (queue) return queue;
    throw invalidParameter(
      'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.',
    );
  }

  /** The function's ARN, with the qualifier that it was named with. */
  function findFunction(nameOrArn: string, queue: Queue): string {
    const found = find(nameOrArn);
    if (!found) throw invalidParameter('Function does not exist');
    const { authority } = engine;
    const { role } = found.configuration;
    const missing = POLLER_OPERATIONS.find(
      (operation) => authority?.allows(role, { action: `sqs:${operation}`, resource: queue.arn }) === false,
    );
    if (missing)
      throw invalidParameter(
        `The provided execution role does not have permissions to call ${missing} on SQS`,
      );
    const visibility = queue.visibilityTimeoutSeconds();
    const timeout = found.configuration.timeoutSeconds;
    if (visibility >= timeout) return `${found.arn}${qualifierOf(nameOrArn)}`;
    throw invalidParameter(
      `Queue visibility timeout: ${visibility} seconds is less than Function timeout: ${timeout} seconds`,
    );
  }

  function describe(mapping: Mapping, state?: string): JsonObject {
    const { changedAt, functionArn, settings, uuid } = mapping;
    return {
      ...describeMappingSettings(settings),
      EventSourceMappingArn: `arn:aws:lambda:${engine.region}:${engine.accountId}:event-source-mapping:${uuid}`,
      FunctionArn: functionArn,
      LastModified: changedAt / 1_000,
      State: state ?? (settings.isEnabled ? 'Enabled' : 'Disabled'),
      StateTransitionReason: 'USER_INITIATED',
      UUID: uuid,
    };
  }
}

interface Mapping {
  readonly uuid: string;
  functionArn: string;
  settings: MappingSettings;
  changedAt: number;
  poller?: Poller;
}

/** `:live` of a function's name or ARN with a version or alias; empty without. */
function qualifierOf(functionArnOrName: string): string {
  return /^(?:.*:function:)?[^:]+(:[^:]+)$/.exec(functionArnOrName)?.[1] ?? '';
}

function withoutQualifier(functionArn: string): string {
  return functionArn.split(':').slice(0, 7).join(':');
}

function alreadyMapped({ functionArn, settings, uuid }: Mapping): AwsError {
  const name = functionArn.split(':')[6];
  return new AwsError(
    'ResourceConflictException',
    `An event source mapping with SQS arn (" ${settings.eventSourceArn} ") and function (" ${name} ") already exists. Please update or delete the existing mapping with UUID ${uuid}`,
    { status: 409 },
  );
}
