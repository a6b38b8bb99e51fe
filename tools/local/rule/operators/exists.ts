import { openingOf } from '../json-node.ts';
import { type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';

/** `{"exists": true}` matches any leaf; `{"exists": false}` matches where there is none, an object or an empty array included. */
export const exists: Operator = {
  name: 'exists',
  secondKey: onlyOneKey,
  compile(operand) {
    if (operand.kind !== 'literal' || operand.value === null) {
      throw new PatternProblem('exists match pattern must be either true or false.', openingOf(operand));
    }
    return operand.value ? { matches: () => true } : { matches: () => false, matchesAbsence: true };
  },
};
