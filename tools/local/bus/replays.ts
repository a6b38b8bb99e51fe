import type { JsonObject, JsonOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { dropExpired } from './archive.ts';
import type { EventsContext } from './events-context.ts';
import { type Replay, runReplay } from './replay.ts';
import {
  alreadyExists,
  constraint,
  invalid,
  limitExceeded,
  listOfTexts,
  notFound,
  optionalObject,
  optionalText,
  page,
  present,
  readTime,
  requireName,
  requireText,
  timestamp,
} from './request.ts';

/** StartReplay, DescribeReplay, ListReplays and CancelReplay. */
export function replayOperations(context: EventsContext): Record<string, JsonOperation> {
  return {
    StartReplay(input) {
      const replay = startReplay(context, input);
      return {
        ReplayArn: replay.arn,
        ReplayStartTime: timestamp(replay.startedAt),
        State: 'STARTING',
      };
    },
    DescribeReplay(input) {
      const replay = requireReplay(context, input);
      return present({
        ...listed(replay),
        ReplayArn: replay.arn,
        Description: replay.description,
        Destination: present({ Arn: replay.archive.bus.arn, FilterArns: replay.filterArns }),
      });
    },
    ListReplays(input) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const state = optionalText(input, 'State');
      const archiveArn = optionalText(input, 'EventSourceArn');
      forgetOldReplays(context);
      const found = [...context.replays.values()].filter(
        (one) =>
          one.name.startsWith(prefix) &&
          (state ?? one.state) === one.state &&
          (archiveArn ?? one.archive.arn) === one.archive.arn,
      );
      return page(input, 'Replays', found.map(listed));
    },
    CancelReplay(input) {
      const replay = requireReplay(context, input);
      if (!isActive(replay)) {
        throw new AwsError(
          'IllegalStatusException',
          `Replay ${replay.name} is not in a valid state for this operation.`,
        );
      }
      replay.state = 'CANCELLING';
      return { ReplayArn: replay.arn, State: 'CANCELLING' };
    },
  };
}

function startReplay(context: EventsContext, input: JsonObject): Replay {
  const { engine, archives, replays } = context;
  forgetOldReplays(context);
  const name = requireName(input, 'ReplayName', 64);
  const archiveArn = requireText(input, 'EventSourceArn');
  const destination = optionalObject(input, 'Destination');
  if (destination === undefined) throw constraint('destination', undefined, 'not be null');
  const bus = context.requireBus(requireText(destination, 'Arn'));
  const archiveName = archiveArn.slice(archiveArn.lastIndexOf('/') + 1);
  const archive = archives.get(archiveName);
  if (archive === undefined) {
    throw invalid(`Parameter EventSourceArn is not valid. Reason: Archive ${archiveName} does not exist.`);
  }
  if (archive.bus !== bus) {
    throw invalid('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.');
  }
  const from = readTime(input, 'EventStartTime');
  const to = readTime(input, 'EventEndTime');
  if (to <= from) {
    throw invalid('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
  }
  if (replays.has(name)) throw alreadyExists(`Replay ${name}`);
  if ([...replays.values()].filter(isActive).length >= maxActive) throw limitExceeded();
  const filterArns = listOfTexts(destination, 'FilterArns');
  const replay: Replay = {
    name,
    arn: `arn:aws:events:${engine.region}:${engine.accountId}:replay/${name}`,
    archive,
    description: optionalText(input, 'Description'),
    filterArns: filterArns.length > 0 ? filterArns : undefined,
    from,
    to,
    startedAt: engine.clock.now(),
    state: 'STARTING',
    endedAt: undefined,
    lastEventAt: undefined,
  };
  replays.set(name, replay);
  dropExpired(archive, engine.clock.now());
  runReplay(context, replay);
  return replay;
}

const maxActive = 10;

/** AWS keeps a replay, and so its name, for 90 days: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html */
function forgetOldReplays({ engine, replays }: EventsContext): void {
  const oldest = engine.clock.now() - keptDays * 86_400_000;
  for (const [name, { endedAt }] of replays) {
    if (endedAt !== undefined && endedAt < oldest) replays.delete(name);
  }
}

const keptDays = 90;

function isActive({ state }: Replay): boolean {
  return state === 'STARTING' || state === 'RUNNING' || state === 'CANCELLING';
}

function requireReplay(context: EventsContext, input: JsonObject): Replay {
  forgetOldReplays(context);
  const name = requireText(input, 'ReplayName');
  const replay = context.replays.get(name);
  if (replay === undefined) throw notFound(`Replay ${name}`);
  return replay;
}

function listed(replay: Replay): JsonObject {
  const optionalTime = (ms: number | undefined) => (ms === undefined ? undefined : timestamp(ms));
  return present({
    ReplayName: replay.name,
    EventSourceArn: replay.archive.arn,
    State: replay.state,
    EventStartTime: timestamp(replay.from),
    EventEndTime: timestamp(replay.to),
    EventLastReplayedTime: optionalTime(replay.lastEventAt),
    ReplayStartTime: timestamp(replay.startedAt),
    ReplayEndTime: optionalTime(replay.endedAt),
  });
}
