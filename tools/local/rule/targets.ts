import type { EventsContext } from '../bus/events-context.ts';
import { type ListedRule, listedRules, requireOwnRule } from '../bus/managed-rule.ts';
import {
  checkName,
  constraint,
  invalid,
  limitExceeded,
  listOfObjects,
  listOfTexts,
  optionalObject,
  optionalText,
  optionalWhole,
  page,
  requireText,
} from '../bus/request.ts';
import type { JsonObject, JsonOperation } from '../local-service.ts';
import { dynamicText } from './dynamic-text.ts';
import { readHttpParameters } from './http-parameters.ts';
import type { Rule, Target } from './rule.ts';
import { requireRule } from './rules.ts';
import { canBeTarget, isApiDestination } from './send-to-target.ts';
import { targetInput } from './target-input.ts';

/** PutTargets, RemoveTargets, ListTargetsByRule and ListRuleNamesByTarget. */
export function targetOperations(context: EventsContext): Record<string, JsonOperation> {
  return {
    PutTargets(input) {
      const rule = requireOwnRule(requireRule(context, input, 'Rule'));
      putTargets(rule, listOfObjects(input, 'Targets'));
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets(input) {
      const rule = requireOwnRule(requireRule(context, input, 'Rule'));
      for (const id of listOfTexts(input, 'Ids')) rule.targets.delete(id);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    ListTargetsByRule(input) {
      const { targets } = requireRule(context, input, 'Rule');
      const declared = [...targets.values()].map((target) => target.declared);
      return page(input, 'Targets', declared);
    },
    ListRuleNamesByTarget(input) {
      const arn = requireText(input, 'TargetArn');
      const rules = listedRules(context.requireBus(optionalText(input, 'EventBusName')));
      const pointsThere = ({ targets }: ListedRule) =>
        [...targets.values()].some((target) => target.arn === arn);
      const names = rules.filter(pointsThere).map(({ name }) => name);
      return page(input, 'RuleNames', names);
    },
  };
}

/** Leaves the rule with exactly these targets, as a template declares them. */
export function replaceTargets(rule: Rule, declared: readonly JsonObject[]): void {
  const ids = new Set(declared.map(({ Id }) => Id));
  for (const id of rule.targets.keys()) if (!ids.has(id)) rule.targets.delete(id);
  putTargets(rule, declared);
}

function putTargets(rule: Rule, declared: readonly JsonObject[]): void {
  const targets = declared.map((target, index) => readTarget(target, index + 1));
  const ids = new Set([...rule.targets.keys(), ...targets.map(({ id }) => id)]);
  if (ids.size > maxTargets) throw limitExceeded();
  for (const target of targets) rule.targets.set(target.id, target);
}

const maxTargets = 5;

/** One target as PutTargets and the template's rule give it. `position` counts from 1, for AWS's messages. */
function readTarget(declared: JsonObject, position: number): Target {
  const at = `targets.${position}.member`;
  const id = declared.Id;
  if (typeof id !== 'string') throw constraint(`${at}.id`, undefined, 'not be null');
  checkName(id, `${at}.id`, 64);
  const arn = declared.Arn;
  if (typeof arn !== 'string') throw constraint(`${at}.arn`, undefined, 'not be null');
  if (!arn.startsWith('arn:')) {
    throw invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
  }
  for (const member of Object.keys(declared)) {
    if (!honoured.has(member)) throw unsupported(id, `${member} has no effect in the local engine`);
  }
  if (!canBeTarget(arn)) {
    throw unsupported(
      id,
      `the local engine delivers to SQS queues, Lambda functions, log groups, API destinations and event buses, not to ${arn}`,
    );
  }
  const isBus = arn.includes(':event-bus/');
  if ((isBus || isApiDestination(arn)) && declared.RoleArn === undefined) {
    throw invalid(`RoleArn is required for target ${arn}.`);
  }
  if (declared.HttpParameters !== undefined && !isApiDestination(arn)) {
    throw unsupported(id, `HttpParameters are for API destinations, not for ${arn}`);
  }
  if (isBus && ['Input', 'InputPath', 'InputTransformer'].some((member) => declared[member] !== undefined)) {
    throw invalid(`Modifying the input for target ${arn} is not supported.`);
  }
  if (arn.endsWith('.fifo') && declared.SqsParameters === undefined) {
    throw invalid(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  }
  const retry = optionalObject(declared, 'RetryPolicy') ?? {};
  const sqs = optionalObject(declared, 'SqsParameters') ?? {};
  const groupId = optionalText(sqs, 'MessageGroupId');
  return {
    id,
    arn,
    declared,
    input: targetInput(declared, id),
    messageGroupId: groupId === undefined ? undefined : dynamicText(groupId),
    http: readHttpParameters(declared),
    maxRetryAttempts:
      optionalWhole(retry, 'MaximumRetryAttempts', {
        name: `${at}.retryPolicy.maximumRetryAttempts`,
        min: 0,
        max: 185,
      }) ?? 185,
    maxEventAgeMs:
      1000 *
      (optionalWhole(retry, 'MaximumEventAgeInSeconds', {
        name: `${at}.retryPolicy.maximumEventAgeInSeconds`,
        min: 60,
        max: 86_400,
      }) ?? 86_400),
    deadLetterArn: optionalText(optionalObject(declared, 'DeadLetterConfig') ?? {}, 'Arn'),
    roleArn: optionalText(declared, 'RoleArn'),
  };
}

const honoured = new Set([
  'Id',
  'Arn',
  'RoleArn',
  'Input',
  'InputPath',
  'InputTransformer',
  'SqsParameters',
  'HttpParameters',
  'RetryPolicy',
  'DeadLetterConfig',
]);

function unsupported(id: string, reason: string) {
  return invalid(`Target ${id} is not supported here: ${reason}.`);
}
