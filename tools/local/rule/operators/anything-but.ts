import { type JsonNode, openingOf } from '../json-node.ts';
import { type Lookup, type Matcher, type Operator, tooManyElements } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';
import { canFold, foldCase, ignoringCase } from './ignoring-case.ts';
import { readOperandNumber } from './numeric.ts';
import { wildcardTest } from './wildcard.ts';

/** `{"anything-but": …}`: a value, a list of strings or of numbers, or a nested operator with one value or a list. Needs the field. */
export const anythingBut: Operator = {
  name: 'anything-but',
  secondKey: tooManyElements,
  compile(operand) {
    const nested = operand.kind === 'object' ? readNested(operand) : undefined;
    const node = nested?.operand ?? operand;
    if (node.kind !== 'array' && node.kind !== 'string' && node.kind !== 'number') {
      throw new PatternProblem(
        'Value of anything-but must be an array or single string/number value.',
        openingOf(node),
      );
    }
    const inList = node.kind === 'array';
    const items = inList ? node.items : [node];
    if (nested === undefined) return butValues(items, node.end, inList);
    const tests = items.map((item) => nested.test(item, inList));
    const lookups = items.flatMap((item) => lookupOf(nested.name, item) ?? []);
    return {
      matches: (leaf) => typeof leaf !== 'string' || !tests.some((test) => test(leaf)),
      exceptions: lookups.length === items.length ? lookups : undefined,
    };
  },
};

type TextTest = (text: string) => boolean;
type NestedOperator = (item: JsonNode, inList: boolean) => TextTest;

function readNested(node: JsonNode & { kind: 'object' }): {
  name: string;
  operand: JsonNode;
  test: NestedOperator;
} {
  const [entry, second] = node.entries;
  if (entry === undefined) throw new PatternProblem('Anything-But expression name not found', node.end);
  const test = nestedOperators.get(entry.name);
  if (test === undefined) {
    throw new PatternProblem(`Unsupported anything-but pattern: ${entry.name}`, openingOf(entry.value));
  }
  if (second !== undefined) throw new PatternProblem(tooManyElements, openingOf(second.value));
  return { name: entry.name, operand: entry.value, test };
}

const nestedOperators = new Map<string, NestedOperator>([
  ['prefix', (item, inList) => affixTest(item, inList, (text, affix) => text.startsWith(affix))],
  ['suffix', (item, inList) => affixTest(item, inList, (text, affix) => text.endsWith(affix))],
  ['wildcard', wildcardTest],
  [
    'equals-ignore-case',
    (item, inList) => {
      if (item.kind !== 'string') {
        throw new PatternProblem(
          'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
          openingOf(item),
          inList,
        );
      }
      const expression = new RegExp(`^${ignoringCase(item.value)}$`);
      return (text) => expression.test(text);
    },
  ],
]);

function lookupOf(operator: string, item: JsonNode): Lookup | undefined {
  if (item.kind !== 'string') return undefined;
  const text = item.value;
  if (operator === 'prefix' || operator === 'suffix') return { by: operator, text, isFolded: false };
  if (operator !== 'equals-ignore-case' || !canFold(text)) return undefined;
  return { by: 'folded', text: foldCase(text) };
}

function affixTest(item: JsonNode, inList: boolean, has: (text: string, affix: string) => boolean): TextTest {
  if (item.kind !== 'string') {
    throw new PatternProblem('prefix/suffix match pattern must be a string', openingOf(item), inList);
  }
  if (item.value === '') throw new PatternProblem('Null prefix/suffix not allowed', item.end, inList);
  return (text) => has(text, item.value);
}

function butValues(items: readonly JsonNode[], end: number, inList: boolean): Matcher {
  const values = new Set<string | number>(
    items.map((item) => {
      if (item.kind === 'string') return item.value;
      if (item.kind === 'number') return readOperandNumber(item);
      throw new PatternProblem(
        'Inside anything but list, start|null|boolean is not supported.',
        openingOf(item),
        inList,
      );
    }),
  );
  const types = new Set([...values].map((value) => typeof value));
  if (types.size !== 1) {
    throw new PatternProblem(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
      end,
    );
  }
  return {
    matches: (leaf) => (typeof leaf !== 'string' && typeof leaf !== 'number') || !values.has(leaf),
    exceptions: [...values].map((value) => ({ by: 'value', value })),
  };
}
