import { type JsonNode, openingOf } from '../json-node.ts';
import { type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';
import { canFold, foldCase, ignoringCase } from './ignoring-case.ts';

/** `{"equals-ignore-case": "text"}`. */
export const equalsIgnoreCase: Operator = {
  name: 'equals-ignore-case',
  secondKey: onlyOneKey,
  compile(operand) {
    const text = readString(operand);
    const expression = new RegExp(`^${ignoringCase(text)}$`);
    return {
      matches: (leaf) => typeof leaf === 'string' && expression.test(leaf),
      lookup: canFold(text) ? { by: 'folded', text: foldCase(text) } : undefined,
    };
  },
};

/** The text inside `{"prefix": {"equals-ignore-case": "text"}}`; `outer` is `Prefix` or `Suffix`. */
export function readIgnoringCase(node: JsonNode & { kind: 'object' }, outer: string): string {
  const [entry, second] = node.entries;
  if (entry === undefined) throw new PatternProblem(`${outer} expression name not found`, node.end);
  if (entry.name !== equalsIgnoreCase.name) {
    throw new PatternProblem(
      `Unsupported ${outer.toLowerCase()} pattern: ${entry.name}`,
      openingOf(entry.value),
    );
  }
  const text = readString(entry.value);
  if (second !== undefined) throw new PatternProblem(onlyOneKey, openingOf(second.value));
  return text;
}

function readString(node: JsonNode): string {
  if (node.kind === 'string') return node.value;
  throw new PatternProblem('equals-ignore-case match pattern must be a string', openingOf(node));
}
