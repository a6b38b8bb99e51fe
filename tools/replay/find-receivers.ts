import { createPatternTester } from '../pattern/test-pattern.ts';
import { createRuleMatcher } from '../target/match-rules.ts';
import type { Consumer } from '../target/read-consumers.ts';
import { type EventHead, letsIn } from './lets-in.ts';

/**
 * Tells to which consumers an event goes, given also as JSON text: those with an enabled rule that matches it, each once. An event is
 * read once for each rule that its source and type do not rule out.
 */
export function createReceiverFinder(
  consumers: readonly Consumer[],
): (head: EventHead, eventText: string) => readonly string[] {
  const tester = createPatternTester({ strict: false });
  const matchers = new Map<string, ReturnType<typeof createRuleMatcher>>();

  return ({ source, 'detail-type': type }, eventText) => {
    const address = `${source}/${type}`;
    const matches = matchers.get(address) ?? createRuleMatcher(candidates({ source, 'detail-type': type }));
    matchers.set(address, matches);
    const verdicts = matches(eventText).filter(({ verdict }) => verdict.result === 'match');
    return [...new Set(verdicts.map(({ consumer }) => consumer.name))];
  };

  function candidates(head: EventHead): readonly Consumer[] {
    return consumers.map((consumer) => ({
      ...consumer,
      rules: consumer.rules.filter(({ isEnabled, pattern }) => isEnabled && letsIn(pattern, head, tester)),
    }));
  }
}
