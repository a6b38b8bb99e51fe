import type { RuleVerdict } from '../target/match-rules.ts';

/** The names of the consumers that an event goes to: those with an enabled rule that matches it, each once. */
export function receiversOf(verdicts: readonly RuleVerdict[]): ReadonlySet<string> {
  return new Set(
    verdicts.flatMap(({ consumer, rule, verdict }) =>
      rule.isEnabled && verdict.result === 'match' ? [consumer.name] : [],
    ),
  );
}
