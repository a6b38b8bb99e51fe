import { openingOf } from '../json-node.ts';
import { type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';
import { readIgnoringCase } from './equals-ignore-case.ts';
import { canFold, foldCase, ignoringCase } from './ignoring-case.ts';

/** `{"prefix": "text"}` or `{"prefix": {"equals-ignore-case": "text"}}`. */
export const prefix: Operator = {
  name: 'prefix',
  secondKey: onlyOneKey,
  compile(operand) {
    if (operand.kind === 'object') {
      const text = readIgnoringCase(operand, 'Prefix');
      const expression = new RegExp(`^${ignoringCase(text)}`);
      return {
        matches: (leaf) => typeof leaf === 'string' && expression.test(leaf),
        lookup: canFold(text) ? { by: 'prefix', text: foldCase(text), isFolded: true } : undefined,
      };
    }
    if (operand.kind !== 'string') {
      throw new PatternProblem('prefix match pattern must be a string', openingOf(operand));
    }
    const text = operand.value;
    return {
      matches: (leaf) => typeof leaf === 'string' && leaf.startsWith(text),
      lookup: { by: 'prefix', text, isFolded: false },
    };
  },
};
