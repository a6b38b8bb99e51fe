import type { JsonObject } from '../local-service.ts';
import { compilePattern, type Pattern } from '../rule/compile-pattern.ts';
import { readFields } from '../rule/event-fields.ts';
import { matchesPattern } from '../rule/match-pattern.ts';
import { parseEvent } from '../rule/parse-event.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import type { BatchRecord } from './batch-record.ts';
import { invalidParameter } from './invalid-parameter.ts';

/** Which messages of a queue a function wants: those that match one of the patterns. */
export interface FilterCriteria {
  /** As declared, for the answers. */
  readonly declared: JsonObject;
  wants(record: BatchRecord): boolean;
}

/**
 * Compiles a mapping's `FilterCriteria`; nothing when it has no filters, and wants everything. Patterns are EventBridge's, over the record.
 * A pattern for a JSON body drops a message of plain text, and the other way round.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs-filtering.html
 */
export function readFilterCriteria(declared: JsonObject): FilterCriteria | undefined {
  const filters = readProperties(declared).list('Filters');
  if (filters.length === 0) return undefined;
  if (filters.length > maxFilters) {
    throw invalidParameter(
      `A mapping may have ${maxFilters} filters, not ${filters.length}: join patterns with $or.`,
    );
  }
  const patterns = filters.map(readPattern);
  const forJson = patterns.map((pattern) => without(pattern, (path) => path === 'body'));
  const forText = patterns.map((pattern) => without(pattern, (path) => path.startsWith('body.')));
  return {
    declared: { Filters: filters },
    wants(record) {
      const seen = JSON.parse(record.json) as JsonObject;
      const json = parseContainer(String(seen.body));
      const fields = readFields(json === undefined ? seen : { ...seen, body: json });
      return (json === undefined ? forText : forJson).some((pattern) => matchesPattern(pattern, fields));
    },
  };
}

const maxFilters = 5;

function readPattern(filter: unknown): Pattern {
  const { Pattern: text } = (filter ?? {}) as JsonObject;
  try {
    if (typeof text === 'string') return compilePattern(text);
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    throw invalidParameter('Invalid filter pattern definition.', cause);
  }
  throw invalidParameter('Invalid filter pattern definition.');
}

/** The pattern without the branches that look at such a path. */
function without(pattern: Pattern, isLookedAt: (path: string) => boolean): Pattern {
  const branches = pattern.branches.filter((branch) => !branch.some(({ path }) => isLookedAt(path.text)));
  return { ...pattern, branches };
}

/** The parsed body when it is a JSON object or list. */
function parseContainer(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseEvent(text);
  } catch {
    return undefined;
  }
}
