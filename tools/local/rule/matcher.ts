import type { InexactNumber } from './inexact-number.ts';
import type { JsonNode } from './json-node.ts';

/** What an operator looks at: a value of the event that is neither object nor array. */
export type Leaf = string | number | boolean | null | InexactNumber;

/** One alternative in a field's list. */
export interface Matcher {
  matches(leaf: Leaf): boolean;
  /** True when the field's absence is what it asks for. */
  readonly matchesAbsence?: true;
  /** By what an index finds the leaves that it matches; absent when only trying it tells. */
  readonly lookup?: Lookup;
  /** By what an index finds the leaves that it does not match, where it matches all others. */
  readonly exceptions?: readonly Lookup[];
}

/** A set of leaves by which rules can be found without trying each: exactly those that the matcher matches. */
export type Lookup =
  | { readonly by: 'value'; readonly value: string | number | boolean | null }
  /** The text as `foldCase` leaves it. */
  | { readonly by: 'folded'; readonly text: string }
  | { readonly by: 'prefix' | 'suffix'; readonly text: string; readonly isFolded: boolean }
  | { readonly by: 'range'; readonly range: NumberRange }
  | { readonly by: 'network'; readonly address: Uint8Array; readonly maskBits: number };

/** The numbers between two bounds, which may be infinite. */
export interface NumberRange {
  readonly low: number;
  readonly includesLow: boolean;
  readonly high: number;
  readonly includesHigh: boolean;
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
