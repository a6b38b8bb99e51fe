import type { JsonObject, JsonOperation } from '../local-service.ts';
import { compilePattern } from '../rule/compile-pattern.ts';
import { type Archive, dropExpired } from './archive.ts';
import { createArchivedEvents } from './archived-events.ts';
import { createArchivedEventsOnDisk } from './archived-events-on-disk.ts';
import type { EventsContext } from './events-context.ts';
import {
  alreadyExists,
  invalid,
  notFound,
  optionalText,
  optionalWhole,
  page,
  present,
  requireName,
  requireText,
  timestamp,
} from './request.ts';

/** CreateArchive, DescribeArchive, ListArchives, UpdateArchive and DeleteArchive. */
export function archiveOperations(context: EventsContext): Record<string, JsonOperation> {
  return {
    CreateArchive: (input) => summary(createArchive(context, input)),
    DescribeArchive(input) {
      const archive = requireArchive(context, input);
      return present({
        ArchiveArn: archive.arn,
        ...listed(context, archive),
        Description: archive.description,
        EventPattern: archive.pattern?.text,
      });
    },
    ListArchives(input) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const busArn = optionalText(input, 'EventSourceArn');
      const state = optionalText(input, 'State') ?? 'ENABLED';
      const bus = busArn === undefined ? undefined : context.requireBus(busArn);
      const found = [...context.archives.values()].filter(
        (one) => one.name.startsWith(prefix) && (bus ?? one.bus) === one.bus && state === 'ENABLED',
      );
      return page(
        input,
        'Archives',
        found.map((archive) => listed(context, archive)),
      );
    },
    UpdateArchive(input) {
      if (['EventPattern', 'RetentionDays', 'Description'].every((member) => input[member] === undefined)) {
        throw invalid('At least one of EventPattern, RetentionDays or Description must be provided.');
      }
      return summary(updateArchive(requireArchive(context, input), input));
    },
    DeleteArchive(input) {
      deleteArchive(context, requireArchive(context, input).name);
      return {};
    },
  };
}

/** Makes an archive from the members of CreateArchive. */
export function createArchive(context: EventsContext, input: JsonObject): Archive {
  const { engine, archives } = context;
  const { persistence } = engine;
  const name = requireName(input, 'ArchiveName', 48);
  const bus = context.requireBus(requireText(input, 'EventSourceArn'));
  if (archives.has(name)) throw alreadyExists(`Archive ${name}`);
  const archive: Archive = {
    name,
    arn: `arn:aws:events:${engine.region}:${engine.accountId}:archive/${name}`,
    bus,
    createdAt: engine.clock.now(),
    events: persistence ? createArchivedEventsOnDisk(persistence, name) : createArchivedEvents(),
    pattern: undefined,
    description: undefined,
    retentionDays: 0,
  };
  updateArchive(archive, input);
  archives.set(name, archive);
  bus.archives.add(archive);
  return archive;
}

/** Changes what the members name and leaves the rest. */
export function updateArchive(archive: Archive, input: JsonObject): Archive {
  const pattern = optionalText(input, 'EventPattern');
  if (pattern !== undefined) archive.pattern = compilePattern(pattern);
  archive.description = optionalText(input, 'Description') ?? archive.description;
  const days = optionalWhole(input, 'RetentionDays', { min: 0, max: Number.MAX_SAFE_INTEGER });
  archive.retentionDays = days ?? archive.retentionDays;
  return archive;
}

/** Removes the archive of this name, if there is one. */
export function deleteArchive({ archives }: EventsContext, name: string): void {
  const archive = archives.get(name);
  archive?.bus.archives.delete(archive);
  archive?.events.clear();
  archives.delete(name);
}

function requireArchive({ archives }: EventsContext, input: JsonObject): Archive {
  const name = requireText(input, 'ArchiveName');
  const archive = archives.get(name);
  if (archive === undefined) throw notFound(`Archive ${name}`);
  return archive;
}

function summary(archive: Archive): JsonObject {
  return { ArchiveArn: archive.arn, CreationTime: timestamp(archive.createdAt), State: 'ENABLED' };
}

function listed({ engine }: EventsContext, archive: Archive): JsonObject {
  dropExpired(archive, engine.clock.now());
  return {
    ArchiveName: archive.name,
    CreationTime: timestamp(archive.createdAt),
    EventCount: archive.events.count,
    EventSourceArn: archive.bus.arn,
    RetentionDays: archive.retentionDays,
    SizeBytes: archive.events.sizeBytes,
    State: 'ENABLED',
  };
}
