import { openingOf } from '../json-node.ts';
import { type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';
import { readIgnoringCase } from './equals-ignore-case.ts';

/** `{"prefix": "text"}` or `{"prefix": {"equals-ignore-case": "text"}}`. */
export const prefix: Operator = {
  name: 'prefix',
  secondKey: onlyOneKey,
  compile(operand) {
    if (operand.kind === 'object') {
      const text = readIgnoringCase(operand, 'Prefix').toLowerCase();
      return { matches: (leaf) => typeof leaf === 'string' && leaf.toLowerCase().startsWith(text) };
    }
    if (operand.kind !== 'string') {
      throw new PatternProblem('prefix match pattern must be a string', openingOf(operand));
    }
    const text = operand.value;
    return { matches: (leaf) => typeof leaf === 'string' && leaf.startsWith(text) };
  },
};
