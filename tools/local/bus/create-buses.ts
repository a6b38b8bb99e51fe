import { randomUUID } from 'node:crypto';
import type { Logs } from '../function/create-logs.ts';
import type { Functions } from '../function/functions.ts';
import type { Engine } from '../local-service.ts';
import { tellingOperations, tellingResources } from '../persistence/telling-changes.ts';
import type { Queues } from '../queue/queues.ts';
import type { EventRecord } from '../record/create-record.ts';
import { createRecordEndpoint, RECORD_PATH } from '../record/record-endpoint.ts';
import { createApiCaller } from '../rule/call-api-destination.ts';
import { createDeliverer } from '../rule/deliver.ts';
import { ruleOperations } from '../rule/rules.ts';
import { targetOperations } from '../rule/targets.ts';
import { eventAccesses, putAccess } from './access.ts';
import { apiDestinationOperations } from './api-destinations.ts';
import { archiveOperations } from './archives.ts';
import type { Bus } from './bus.ts';
import { type BusEvent, envelopeTime, forwardedEvent } from './bus-event.ts';
import type { Buses, ServiceEvent } from './buses.ts';
import { connectionOperations } from './connections.ts';
import { eventBusOperations, newBus } from './event-buses.ts';
import { eventResources } from './event-resources.ts';
import type { EventsContext } from './events-context.ts';
import { keepBuses } from './keep-buses.ts';
import { permissionOperations } from './permissions.ts';
import { createPublisher } from './publish.ts';
import { putEvents } from './put-events.ts';
import { replayOperations } from './replays.ts';
import { notFound } from './request.ts';
import { tagOperations } from './tags.ts';

/** EventBridge: buses, rules, delivery, archives and replays, in memory or kept in the data folder. */
export function createBuses(
  engine: Engine,
  options: {
    readonly queues: Queues;
    readonly functions: Functions;
    readonly logs: Pick<Logs, 'has' | 'write'>;
    /** How long after its publication an archive has an event for replays: on AWS about ten minutes. @default 0 */
    readonly archiveDelayMs?: number;
    /** Where to remember what becomes of events. @default nowhere */
    readonly record?: EventRecord;
  },
): Buses {
  const { queues, functions, logs, record, archiveDelayMs = 0 } = options;
  const buses = new Map<string, Bus>();
  const apiCaller = createApiCaller(engine);
  const publisher = createPublisher(engine, { deliverer: () => deliverer, record });

  const context: EventsContext = {
    engine,
    buses,
    archives: new Map(),
    replays: new Map(),
    connections: new Map(),
    apiDestinations: new Map(),
    archiveDelayMs,
    findBus(nameOrArn) {
      const name = nameOrArn.startsWith('arn:') ? nameOrArn.slice(nameOrArn.indexOf('/') + 1) : nameOrArn;
      const bus = buses.get(name);
      return bus !== undefined && (nameOrArn === bus.name || nameOrArn === bus.arn) ? bus : undefined;
    },
    requireBus(nameOrArn = 'default') {
      const bus = context.findBus(nameOrArn);
      if (bus === undefined) throw notFound(`Event bus ${nameOrArn.replace(/^arn:[^/]*\//, '')}`);
      return bus;
    },
    changed: () => kept?.changed(),
    publish: publisher.publish,
  };

  const deliverer = createDeliverer(engine, {
    queues,
    functions,
    logs,
    callApi(arn, { body, parameters, caller }) {
      const destination = context.apiDestinations.get(arn.split('/')[1] ?? '');
      if (destination?.arn !== arn) return undefined;
      const isActive = context.connections.get(destination.connection.name) === destination.connection;
      if (!isActive) return undefined;
      engine.authority?.authorize(caller, { action: 'events:InvokeApiDestination', resource: arn });
      return apiCaller.call(destination, body, parameters);
    },
    forward(busArn, event, caller) {
      const bus = context.findBus(busArn);
      if (bus === undefined) return false;
      engine.authority?.authorize(caller, putAccess(bus.arn, event));
      context.publish(bus, forwardedEvent(event, engine.clock.now()), { caller: caller.name });
      return true;
    },
  });

  buses.set('default', newBus(engine, 'default'));
  const kept = engine.persistence && keepBuses(context, engine.persistence);

  return {
    name: 'events',
    protocol: {
      kind: 'json',
      targetPrefix: 'AWSEvents',
      version: '1.1',
      accessesOf: eventAccesses(engine),
      operations: tellingOperations(
        {
          PutEvents: (input, caller) => putEvents(context, input, caller),
          ...eventBusOperations(context),
          ...ruleOperations(context),
          ...targetOperations(context),
          ...permissionOperations(context),
          ...archiveOperations(context),
          ...replayOperations(context),
          ...connectionOperations(context),
          ...apiDestinationOperations(context),
          ...tagOperations(context),
        },
        kept?.changed,
        ['PutEvents'],
      ),
    },
    publicPaths: record && { [RECORD_PATH]: createRecordEndpoint(record) },
    resources: tellingResources(eventResources(context), kept?.changed),
    resume() {
      kept?.resume();
      deliverer.resume((bus, rule) => buses.get(bus)?.rules.get(rule));
    },
    putServiceEvent(serviceEvent) {
      const event = fromService(engine, serviceEvent);
      const caller = `${event.source.replace(/^aws\./, '')}.amazonaws.com`;
      context.publish(context.requireBus('default'), event, { caller });
      return event.id;
    },
    async close() {
      record?.close();
      publisher.close();
      deliverer.close();
      apiCaller.close();
    },
  };
}

function fromService(engine: Engine, { source, detailType, resources, detail }: ServiceEvent): BusEvent {
  const detailText = JSON.stringify(detail);
  const bytes = [source, detailType, detailText, ...resources].reduce(
    (sum, text) => sum + Buffer.byteLength(text),
    0,
  );
  return {
    id: randomUUID(),
    detailType,
    source,
    account: engine.accountId,
    time: envelopeTime(engine.clock.now()),
    region: engine.region,
    resources,
    detailText,
    detail,
    bytes,
    acceptedAt: engine.clock.now(),
  };
}
