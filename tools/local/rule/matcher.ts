import type { InexactNumber } from './inexact-number.ts';
import type { JsonNode } from './json-node.ts';

/** What an operator looks at: a value of the event that is neither object nor array. */
export type Leaf = string | number | boolean | null | InexactNumber;

/** One alternative in a field's list. */
export interface Matcher {
  matches(leaf: Leaf): boolean;
  /** True when the field's absence is what it asks for. */
  readonly matchesAbsence?: true;
  /** The one string that it matches, where there is only one: lets rules be found by value. */
  readonly only?: string;
}

/** One operator of the pattern language, such as `prefix`. To add one: a file in `operators/` and its line in `operators.ts`. */
export interface Operator {
  readonly name: string;
  /** Throws `PatternProblem`. */
  compile(operand: JsonNode): Matcher;
  /** AWS's reason when the operator's object has a second key. */
  readonly secondKey: string;
}

export const onlyOneKey = 'Only one key allowed in match expression';
export const tooManyElements = 'Too many elements in numeric expression';
