import type { JsonObject } from '../local-service.ts';
import type { Rule } from '../rule/rule.ts';
import type { RuleIndex } from '../rule/rule-index.ts';
import type { Archive } from './archive.ts';

/** An event bus. */
export interface Bus {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
  /** The enabled rules, found by event. */
  readonly index: RuleIndex<Rule>;
  readonly archives: Set<Archive>;
  readonly tags: Map<string, string>;
  /** The statements of its resource policy, by `Sid`. */
  readonly policy: Map<string, JsonObject>;
  readonly createdAt: number;
  modifiedAt: number;
  description: string | undefined;
  deadLetterArn: string | undefined;
}
