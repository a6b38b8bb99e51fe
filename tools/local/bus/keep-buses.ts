import type { JsonObject } from '../local-service.ts';
import type { Persistence } from '../persistence/persistence.ts';
import type { Rule } from '../rule/rule.ts';
import { putRule } from '../rule/rules.ts';
import { replaceTargets } from '../rule/targets.ts';
import type { ApiDestination } from './api-destinations.ts';
import { type Archive, dropExpired } from './archive.ts';
import { createArchive } from './archives.ts';
import type { Bus } from './bus.ts';
import { newBus } from './event-buses.ts';
import type { EventsContext } from './events-context.ts';
import { type Replay, runReplay } from './replay.ts';

export interface KeptBuses {
  /** Writes what has changed of buses, rules, archives, replays, connections and API destinations. */
  changed(): void;
  /** Goes on with the replays that the engine's end interrupted: once the functions are there again. */
  resume(): void;
}

/** Brings back what the data folder has of EventBridge, and keeps it in line from then on. Events of archives are kept apart. */
export function keepBuses(context: EventsContext, persistence: Persistence): KeptBuses {
  const { apiDestinations, archives, buses, connections, replays } = context;
  const allRules = () => [...buses.values()].flatMap(({ rules }) => [...rules.values()]);
  const mirrors = {
    buses: persistence.mirror('buses', () => rowsOf([...buses.values()], ({ name }) => name, describeBus)),
    rules: persistence.mirror('rules', () => rowsOf(allRules(), ({ arn }) => arn, describeRule)),
    archives: persistence.mirror('archives', () =>
      rowsOf([...archives.values()], ({ name }) => name, describeArchive),
    ),
    replays: persistence.mirror('replays', () =>
      rowsOf([...replays.values()], ({ name }) => name, describeReplay),
    ),
    connections: persistence.mirror('connections', () => connections.entries()),
    apiDestinations: persistence.mirror('api-destinations', () =>
      rowsOf([...apiDestinations.values()], ({ name }) => name, describeApiDestination),
    ),
  };
  for (const [name, kept] of mirrors.buses.entries()) buses.set(name, restoreBus(context, name, kept));
  for (const [, kept] of mirrors.rules.entries()) restoreRule(context, kept);
  for (const [, kept] of mirrors.archives.entries()) restoreArchive(context, kept);
  for (const [, { archiveName, ...kept }] of mirrors.replays.entries()) {
    const archive = archives.get(archiveName);
    if (archive) replays.set(kept.name, { ...kept, archive });
  }
  for (const [name, connection] of mirrors.connections.entries()) connections.set(name, connection);
  for (const [name, { connectionName, ...kept }] of mirrors.apiDestinations.entries()) {
    const connection = connections.get(connectionName);
    if (connection) apiDestinations.set(name, { ...kept, connection });
  }
  const interrupted = [...replays.values()].filter(({ endedAt }) => endedAt === undefined);

  return {
    changed() {
      for (const mirror of Object.values(mirrors)) mirror.changed();
    },
    resume() {
      for (const replay of interrupted.splice(0)) runReplay(context, replay);
    },
  };
}

function rowsOf<Kept, Row>(
  all: readonly Kept[],
  keyOf: (one: Kept) => string,
  describe: (one: Kept) => Row,
): (readonly [string, Row])[] {
  return all.map((one) => [keyOf(one), describe(one)]);
}

function describeBus({ createdAt, deadLetterArn, description, modifiedAt, policy, tags }: Bus) {
  return { createdAt, deadLetterArn, description, modifiedAt, policy: [...policy], tags: [...tags] };
}

function restoreBus({ engine }: EventsContext, name: string, kept: ReturnType<typeof describeBus>): Bus {
  const { policy, tags, ...members } = kept;
  return { ...newBus(engine, name), ...members, policy: new Map(policy), tags: new Map(tags) };
}

/** As the members of PutRule, and of PutTargets. */
function describeRule({ bus, description, name, pattern, roleArn, state, tags, targets }: Rule) {
  return {
    EventBusName: bus.name,
    Name: name,
    EventPattern: pattern.text,
    State: state,
    Description: description,
    RoleArn: roleArn,
    Tags: [...tags].map(([Key, Value]): JsonObject => ({ Key, Value })),
    targets: [...targets.values()].map(({ declared }) => declared),
  };
}

function restoreRule(context: EventsContext, kept: ReturnType<typeof describeRule>): void {
  const { targets, ...members } = kept;
  const rule = putRule(context, context.requireBus(kept.EventBusName), members);
  replaceTargets(rule, targets);
}

/** As the members of CreateArchive. */
function describeArchive({ bus, createdAt, description, name, pattern, retentionDays }: Archive) {
  return {
    ArchiveName: name,
    EventSourceArn: bus.arn,
    EventPattern: pattern?.text,
    Description: description,
    RetentionDays: retentionDays,
    createdAt,
  };
}

function restoreArchive(context: EventsContext, kept: ReturnType<typeof describeArchive>): void {
  const { createdAt, ...members } = kept;
  const archive = Object.assign(createArchive(context, members), { createdAt });
  dropExpired(archive, context.engine.clock.now());
}

function describeReplay({ archive, ...replay }: Replay) {
  return { ...replay, archiveName: archive.name };
}

function describeApiDestination({ connection, ...destination }: ApiDestination) {
  return { ...destination, connectionName: connection.name };
}
