import type { JsonObject, JsonOperation } from '../local-service.ts';
import { ruleNotFound } from '../rule/rule-not-found.ts';
import type { EventsContext } from './events-context.ts';
import { findRule, requireOwnRule } from './managed-rule.ts';
import { listOfObjects, listOfTexts, optionalText, requireText } from './request.ts';

/** TagResource, UntagResource and ListTagsForResource, for buses and rules. */
export function tagOperations(context: EventsContext): Record<string, JsonOperation> {
  return {
    TagResource(input) {
      const tags = tagsOf(context, requireText(input, 'ResourceARN'));
      for (const [key, value] of readTags(listOfObjects(input, 'Tags'))) tags.set(key, value);
      return {};
    },
    UntagResource(input) {
      const tags = tagsOf(context, requireText(input, 'ResourceARN'));
      for (const key of listOfTexts(input, 'TagKeys')) tags.delete(key);
      return {};
    },
    ListTagsForResource(input) {
      const tags = tagsOf(context, requireText(input, 'ResourceARN'));
      return { Tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
    },
  };
}

/** [{Key, Value}] -> [[key, value]] */
export function readTags(tags: readonly JsonObject[]): [string, string][] {
  return tags.map((tag) => [requireText(tag, 'Key'), optionalText(tag, 'Value') ?? '']);
}

function tagsOf(context: EventsContext, arn: string): Map<string, string> {
  const [kind, ...rest] = (arn.split(':')[5] ?? '').split('/');
  if (kind !== 'rule') return context.requireBus(arn).tags;
  const ruleName = rest.at(-1) ?? '';
  const busName = rest.length > 1 ? rest.slice(0, -1).join('/') : 'default';
  const rule = findRule(context.requireBus(busName), ruleName);
  if (rule === undefined) throw ruleNotFound(ruleName, busName);
  return requireOwnRule(rule).tags;
}
