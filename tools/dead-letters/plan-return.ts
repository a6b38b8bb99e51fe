import { createRuleMatcher } from '../target/match-rules.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { SchemaVerdict } from './check-event.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue } from './find-queues.ts';

/** Where a message would go back to, and what speaks against it. */
export interface Return {
  readonly letter: DeadLetter;
  /** What is sent: the event, as it was or as it was edited. */
  readonly body: string;
  /** Nobody, when there is nobody to send it to. */
  readonly to: readonly Consumer[];
  readonly verdict: SchemaVerdict;
  /** Why it would only come back, or go astray. @default nothing */
  readonly problem?: string;
}

/**
 * Plans the way back of messages. A consumer's goes to its own queue; what a rule did not forward to the bus goes to each consumer whose
 * rules match, since nobody may put an event of AWS's on a bus (docs/eventbridge-facts.md, 1.4).
 */
export function createReturnPlanner({
  check,
  consumers,
}: {
  readonly check: (body: string) => SchemaVerdict;
  readonly consumers: readonly Consumer[];
}): (letter: DeadLetter, queue: DeadLetterQueue, body?: string) => Return {
  const match = createRuleMatcher(consumers);
  return (letter, { from }, body = letter.body) => {
    const verdict = check(body);
    const verdicts = match(body);
    const wanting = verdicts.filter((one) => one.verdict.result === 'match');
    if (from.kind === 'nobody') {
      const problem = `no rule of the bus feeds ${letter.of}: there is no consumer to put it back to`;
      return { letter, body, to: [], verdict, problem };
    }
    const own = verdicts.filter(({ consumer }) => from.kind === 'consumer' && consumer === from.consumer);
    const to =
      from.kind === 'consumer'
        ? [from.consumer]
        : consumers.filter((one) => wanting.some(({ consumer, rule }) => consumer === one && rule.isEnabled));
    const problem =
      problemOfEvent(verdict) ??
      problemOfPlace(letter) ??
      (from.kind === 'consumer' && !wanting.some(({ consumer }) => consumer === from.consumer)
        ? `no rule of ${letter.of} matches it${own.map((one) => `; ${one.rule.name}: ${one.verdict.reason}`).join('')}`
        : undefined) ??
      (to.length === 0 ? 'no rule of any consumer matches it' : undefined);
    return { letter, body, to, verdict, ...(problem !== undefined && { problem }) };
  };
}

function problemOfEvent(verdict: SchemaVerdict): string | undefined {
  return verdict.result === 'invalid' ? `it would be parked again: ${verdict.problem}` : undefined;
}

function problemOfPlace({ of, strayFrom }: DeadLetter): string | undefined {
  return strayFrom === undefined ? undefined : `it is not ${of}’s: it came from ${strayFrom}`;
}
