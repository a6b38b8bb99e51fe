import type { Bus } from '../bus/bus.ts';
import type { EventsContext } from '../bus/events-context.ts';
import { findRule, type ListedRule, listedRules, requireOwnRule } from '../bus/managed-rule.ts';
import {
  constraint,
  invalid,
  isObject,
  limitExceeded,
  listOfObjects,
  optionalText,
  page,
  present,
  requireName,
  requireText,
} from '../bus/request.ts';
import { readTags } from '../bus/tags.ts';
import type { JsonObject, JsonOperation } from '../local-service.ts';
import { compilePattern, type Pattern } from './compile-pattern.ts';
import { readFields } from './event-fields.ts';
import { matchesPattern } from './match-pattern.ts';
import { parseEvent } from './parse-event.ts';
import type { Rule } from './rule.ts';
import { ruleNotFound } from './rule-not-found.ts';

/** PutRule, DescribeRule, ListRules, DeleteRule, EnableRule, DisableRule and TestEventPattern. */
export function ruleOperations(context: EventsContext): Record<string, JsonOperation> {
  const { accountId } = context.engine;
  return {
    PutRule(input) {
      const bus = context.requireBus(optionalText(input, 'EventBusName'));
      return { RuleArn: putRule(context, bus, input).arn };
    },
    DescribeRule: (input) => ({ ...describe(requireRule(context, input)), CreatedBy: accountId }),
    ListRules(input) {
      const rules = listedRules(context.requireBus(optionalText(input, 'EventBusName')));
      const prefix = optionalText(input, 'NamePrefix') ?? '';
      const found = rules.filter(({ name }) => name.startsWith(prefix));
      return page(input, 'Rules', found.map(describe));
    },
    DeleteRule(input) {
      const bus = context.requireBus(optionalText(input, 'EventBusName'));
      const listed = findRule(bus, requireText(input, 'Name'));
      if (listed === undefined) return {};
      const rule = requireOwnRule(listed);
      if (rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      bus.rules.delete(rule.name);
      bus.index.remove(rule);
      return {};
    },
    EnableRule(input) {
      setState(requireOwnRule(requireRule(context, input)), 'ENABLED');
      return {};
    },
    DisableRule(input) {
      setState(requireOwnRule(requireRule(context, input)), 'DISABLED');
      return {};
    },
    TestEventPattern(input) {
      const event = readSample(requireText(input, 'Event'));
      const pattern = compilePattern(requireText(input, 'EventPattern'));
      return { Result: matchesPattern(pattern, readFields(event)) };
    },
  };
}

/** The rule that an operation names in `member`; an archive's too. Throws `ResourceNotFoundException`. */
export function requireRule(context: EventsContext, input: JsonObject, member = 'Name'): ListedRule {
  const bus = context.requireBus(optionalText(input, 'EventBusName'));
  const name = requireText(input, member);
  const rule = findRule(bus, name);
  if (rule === undefined) throw ruleNotFound(name, bus.name);
  return rule;
}

/** Makes the rule from the members of PutRule, or updates it and keeps its targets. */
export function putRule(context: EventsContext, bus: Bus, input: JsonObject): Rule {
  const name = requireName(input, 'Name', 64);
  const patternText = optionalText(input, 'EventPattern');
  refuseSchedule(bus, optionalText(input, 'ScheduleExpression'));
  if (patternText === undefined) {
    throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  }
  const pattern = compilePattern(patternText);
  const state = readState(input);
  const listed = findRule(bus, name);
  const earlier = listed && requireOwnRule(listed);
  refuseTooMany(bus, earlier, pattern);
  const rule = earlier ?? newRule(context, bus, name, pattern);
  rule.pattern = pattern;
  rule.description = optionalText(input, 'Description');
  rule.roleArn = optionalText(input, 'RoleArn');
  for (const [key, value] of readTags(listOfObjects(input, 'Tags'))) rule.tags.set(key, value);
  bus.rules.set(name, rule);
  setState(rule, state);
  return rule;
}

/** AWS's quotas: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
function refuseTooMany(bus: Bus, earlier: Rule | undefined, pattern: Pattern): void {
  const others = [...bus.rules.values()].filter((other) => other !== earlier);
  if (others.length + bus.archives.size >= maxRules) throw limitExceeded();
  if (!hasWildcard(pattern)) return;
  const withWildcards = others.filter((other) => hasWildcard(other.pattern));
  if (withWildcards.length >= maxWildcardRules) throw limitExceeded();
}

const maxRules = 300;
const maxWildcardRules = 30;

function hasWildcard({ branches }: Pattern): boolean {
  return branches.some((branch) => branch.some(({ text }) => /(?<!\\)"wildcard"\s*:/.test(text)));
}

function newRule({ engine }: EventsContext, bus: Bus, name: string, pattern: Rule['pattern']): Rule {
  const path = bus.name === 'default' ? name : `${bus.name}/${name}`;
  return {
    name,
    arn: `arn:aws:events:${engine.region}:${engine.accountId}:rule/${path}`,
    bus,
    targets: new Map(),
    tags: new Map(),
    pattern,
    state: 'ENABLED',
    description: undefined,
    roleArn: undefined,
  };
}

function setState(rule: Rule, state: Rule['state']): void {
  rule.state = state;
  if (state === 'ENABLED') rule.bus.index.add(rule, rule.pattern);
  else rule.bus.index.remove(rule);
}

function refuseSchedule(bus: Bus, expression: string | undefined): void {
  if (expression === undefined) return;
  if (bus.name !== 'default') throw invalid('ScheduleExpression is supported only on the default event bus.');
  throw invalid(
    `ScheduleExpression "${expression}" is not supported by the local engine: it has no scheduled rules. Give an EventPattern, or leave the rule out here.`,
  );
}

function readState(input: JsonObject): Rule['state'] {
  const state = optionalText(input, 'State') ?? 'ENABLED';
  if (state === 'ENABLED' || state === 'DISABLED') return state;
  throw constraint('state', state, 'satisfy enum value set: [ENABLED, DISABLED]');
}

function describe(rule: ListedRule): JsonObject {
  return present({
    Name: rule.name,
    Arn: rule.arn,
    EventPattern: rule.pattern.text,
    State: rule.state,
    Description: rule.description,
    RoleArn: rule.roleArn,
    EventBusName: rule.bus.name,
    ManagedBy: rule.managedBy,
  });
}

function readSample(text: string): JsonObject {
  const event = parseOrNothing(text);
  if (!isObject(event) || !sampleFields.every((field) => field in event)) {
    throw invalid('Parameter Event is not valid.');
  }
  return event;
}

const sampleFields = ['id', 'account', 'source', 'time', 'region', 'detail-type'];

function parseOrNothing(text: string): unknown {
  try {
    return parseEvent(text);
  } catch {
    return undefined;
  }
}
