import type { EventCheck, SchemaVerdict } from '../check-event.ts';
import { createRuleMatcher } from '../target/match-rules.ts';
import type { Consumer } from '../target/read-consumers.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { DeadLetterQueue, Origin } from './find-queues.ts';

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
  readonly check: EventCheck;
  readonly consumers: readonly Consumer[];
}): (letter: DeadLetter, queue: DeadLetterQueue, body?: string) => Return {
  const matchAll = createRuleMatcher(consumers);
  const matchOne = new Map(consumers.map((consumer) => [consumer, createRuleMatcher([consumer])]));

  return (letter, { from }, body = letter.body) => {
    const verdict = check(body);
    const { to, problem } = wayFrom(from, letter.of, body);
    const against =
      from.kind === 'nobody' ? problem : (problemOfEvent(verdict) ?? problemOfPlace(letter) ?? problem);
    return { letter, body, to, verdict, ...(against !== undefined && { problem: against }) };
  };

  function wayFrom(from: Origin, of: string, body: string): Pick<Return, 'to' | 'problem'> {
    if (from.kind === 'nobody') {
      return { to: [], problem: `no rule of the bus feeds ${of}: there is no consumer to put it back to` };
    }
    if (from.kind === 'consumer') {
      const verdicts = matchOne.get(from.consumer)?.(body) ?? [];
      if (verdicts.some(({ verdict }) => verdict.result === 'match')) return { to: [from.consumer] };
      const reasons = verdicts.map(({ rule, verdict }) => `; ${rule.name}: ${verdict.reason}`);
      return { to: [from.consumer], problem: `no rule of ${of} matches it${reasons.join('')}` };
    }
    const wanting = matchAll(body).filter(
      ({ rule, verdict }) => rule.isEnabled && verdict.result === 'match',
    );
    const to = [...new Set(wanting.map(({ consumer }) => consumer))];
    return to.length > 0 ? { to } : { to, problem: 'no rule of any consumer matches it' };
  }
}

function problemOfEvent(verdict: SchemaVerdict): string | undefined {
  return verdict.result === 'invalid' ? `it would be parked again: ${verdict.problem}` : undefined;
}

function problemOfPlace({ of, strayFrom }: DeadLetter): string | undefined {
  return strayFrom === undefined ? undefined : `it is not ${of}’s: it came from ${strayFrom}`;
}
