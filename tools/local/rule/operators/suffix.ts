import { openingOf } from '../json-node.ts';
import { type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';
import { readIgnoringCase } from './equals-ignore-case.ts';
import { canFold, foldCase, ignoringCase } from './ignoring-case.ts';

/** `{"suffix": "text"}` or `{"suffix": {"equals-ignore-case": "text"}}`. */
export const suffix: Operator = {
  name: 'suffix',
  secondKey: onlyOneKey,
  compile(operand) {
    if (operand.kind === 'object') {
      const text = readIgnoringCase(operand, 'Suffix');
      const expression = new RegExp(`${ignoringCase(text)}$`);
      return {
        matches: (leaf) => typeof leaf === 'string' && expression.test(leaf),
        lookup: canFold(text) ? { by: 'suffix', text: foldCase(text), isFolded: true } : undefined,
      };
    }
    if (operand.kind !== 'string') {
      throw new PatternProblem('suffix match pattern must be a string', openingOf(operand));
    }
    const text = operand.value;
    return {
      matches: (leaf) => typeof leaf === 'string' && leaf.endsWith(text),
      lookup: { by: 'suffix', text, isFolded: false },
    };
  },
};
