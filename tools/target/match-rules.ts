import { createPatternTester, type Verdict } from '../pattern/test-pattern.ts';
import type { Consumer, ConsumerRule } from './read-consumers.ts';

/** What one rule of a consumer makes of an event. */
export interface RuleVerdict {
  readonly consumer: Consumer;
  readonly rule: ConsumerRule;
  /** `nomatch` says which clause of the pattern failed, and on what. */
  readonly verdict: Verdict;
}

/** Tells for each rule of the consumers whether it matches an event, given as JSON text, by EventBridge's own rules. */
export function createRuleMatcher(
  consumers: readonly Consumer[],
): (eventText: string) => readonly RuleVerdict[] {
  const tester = createPatternTester({ strict: false });
  return (eventText) =>
    consumers.flatMap((consumer) =>
      consumer.rules.map((rule) => ({ consumer, rule, verdict: tester.test(rule.pattern, eventText) })),
    );
}
