import type { Engine, JsonObject, JsonOperation } from '../local-service.ts';
import type { Rule } from '../rule/rule.ts';
import { createRuleIndex } from '../rule/rule-index.ts';
import type { Bus } from './bus.ts';
import type { EventsContext } from './events-context.ts';
import { listedRules } from './managed-rule.ts';
import {
  alreadyExists,
  busNamePattern,
  checkName,
  invalid,
  limitExceeded,
  listOfObjects,
  optionalObject,
  optionalText,
  page,
  present,
  requireText,
  timestamp,
} from './request.ts';
import { readTags } from './tags.ts';

/** CreateEventBus, DescribeEventBus, ListEventBuses, UpdateEventBus and DeleteEventBus. */
export function eventBusOperations(context: EventsContext): Record<string, JsonOperation> {
  const { buses } = context;
  return {
    CreateEventBus(input) {
      const bus = createBus(context, input);
      return present({ EventBusArn: bus.arn, Description: bus.description });
    },
    DescribeEventBus: (input) => describe(context.requireBus(optionalText(input, 'Name'))),
    ListEventBuses(input) {
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const found = [...buses.values()].filter(({ name }) => name.startsWith(prefix));
      return page(input, 'EventBuses', found.map(describe));
    },
    UpdateEventBus(input) {
      const bus = updateBus(context, context.requireBus(optionalText(input, 'Name')), input);
      return present({ Arn: bus.arn, Name: bus.name, Description: bus.description });
    },
    DeleteEventBus(input) {
      const name = requireText(input, 'Name');
      const bus = context.findBus(name);
      if (bus?.name === 'default') throw invalid('Cannot delete event bus default.');
      if (bus && listedRules(bus).length > 0)
        throw invalid(`Event bus ${bus.name} can't be deleted since it has rules.`);
      if (bus !== undefined) buses.delete(bus.name);
      return {};
    },
  };
}

/** Makes a bus from the members of CreateEventBus. Throws `ResourceAlreadyExistsException`. */
export function createBus(context: EventsContext, input: JsonObject): Bus {
  const name = checkName(requireText(input, 'Name'), 'name', 256, busNamePattern);
  if (context.buses.has(name)) throw alreadyExists(`Event bus ${name}`);
  if (context.buses.size >= maxBuses) throw limitExceeded();
  const bus = updateBus(context, newBus(context.engine, name), input);
  context.buses.set(name, bus);
  return bus;
}

const maxBuses = 100;

/** Changes what the members name and leaves the rest. */
export function updateBus({ engine }: EventsContext, bus: Bus, input: JsonObject): Bus {
  bus.description = optionalText(input, 'Description') ?? bus.description;
  const deadLetter = optionalObject(input, 'DeadLetterConfig');
  if (deadLetter) bus.deadLetterArn = optionalText(deadLetter, 'Arn');
  for (const [key, value] of readTags(listOfObjects(input, 'Tags'))) bus.tags.set(key, value);
  bus.modifiedAt = engine.clock.now();
  return bus;
}

/** A bus with nothing on it. */
export function newBus({ region, accountId, clock }: Engine, name: string): Bus {
  return {
    name,
    arn: `arn:aws:events:${region}:${accountId}:event-bus/${name}`,
    rules: new Map(),
    index: createRuleIndex<Rule>(),
    archives: new Set(),
    tags: new Map(),
    policy: new Map(),
    createdAt: clock.now(),
    modifiedAt: clock.now(),
    description: undefined,
    deadLetterArn: undefined,
  };
}

function describe(bus: Bus): JsonObject {
  const policy = { Version: '2012-10-17', Statement: [...bus.policy.values()] };
  return present({
    Name: bus.name,
    Arn: bus.arn,
    Description: bus.description,
    Policy: bus.policy.size > 0 ? JSON.stringify(policy) : undefined,
    DeadLetterConfig: bus.deadLetterArn === undefined ? undefined : { Arn: bus.deadLetterArn },
    CreationTime: timestamp(bus.createdAt),
    LastModifiedTime: timestamp(bus.modifiedAt),
  });
}
