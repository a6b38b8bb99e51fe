import { InexactNumber, readNumber } from '../inexact-number.ts';
import { type JsonNode, openingOf } from '../json-node.ts';
import { type Lookup, type Operator, tooManyElements } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';

/** `{"numeric": [">", 0, "<=", 5]}`: one comparison, or a range that names its lower end first. */
export const numeric: Operator = {
  name: 'numeric',
  secondKey: tooManyElements,
  compile(operand) {
    if (operand.kind !== 'array') {
      throw new PatternProblem('Value of numeric must be an array.', openingOf(operand));
    }
    const end = operand.end;
    const [first, second, third, fourth, fifth] = operand.items;
    if (first?.kind !== 'string') {
      const found = first?.kind === 'number' ? first.text : first === undefined ? ']' : String(first.kind);
      throw new PatternProblem(`Invalid member in numeric match: ${found}`, first ? openingOf(first) : end);
    }
    const compareFirst = comparisons.get(first.value);
    if (compareFirst === undefined) {
      throw new PatternProblem(
        `Unrecognized numeric range operator: ${first.value}`,
        second ? openingOf(second) : end,
      );
    }
    const bound = readBound(second, first.value === '=' ? 'equals' : first.value, end);
    if (third === undefined) {
      return {
        matches: (leaf) => typeof leaf === 'number' && compareFirst(leaf, bound),
        lookup: lookupOf(first.value, bound),
      };
    }

    if (first.value !== '>' && first.value !== '>=') {
      throw new PatternProblem(tooManyElements, openingOf(third));
    }
    if (third.kind !== 'string') {
      throw new PatternProblem(
        `Bad value in numeric range: ${third.kind === 'number' ? third.text : third.kind}`,
        openingOf(third),
      );
    }
    const compareThird = comparisons.get(third.value);
    if (compareThird === undefined || (third.value !== '<' && third.value !== '<=')) {
      throw new PatternProblem(`Bad numeric range operator: ${third.value}`, third.end);
    }
    const top = readBound(fourth, third.value, end);
    if (fifth !== undefined) {
      throw new PatternProblem('Too many terms in numeric range expression', openingOf(fifth));
    }
    if (bound >= top) throw new PatternProblem('Bottom must be less than top', end);
    return {
      matches: (leaf) => typeof leaf === 'number' && compareFirst(leaf, bound) && compareThird(leaf, top),
      lookup: {
        by: 'range',
        range: {
          low: bound,
          includesLow: first.value === '>=',
          high: top,
          includesHigh: third.value === '<=',
        },
      },
    };
  },
};

type Comparison = (leaf: number, bound: number) => boolean;

const comparisons = new Map<string, Comparison>([
  ['=', (leaf, bound) => leaf === bound],
  ['<', (leaf, bound) => leaf < bound],
  ['<=', (leaf, bound) => leaf <= bound],
  ['>', (leaf, bound) => leaf > bound],
  ['>=', (leaf, bound) => leaf >= bound],
]);

function lookupOf(operator: string, bound: number): Lookup {
  if (operator === '=') return { by: 'value', value: bound };
  const isAbove = operator.startsWith('>');
  const isIncluded = operator.endsWith('=');
  const range = isAbove
    ? { low: bound, includesLow: isIncluded, high: Infinity, includesHigh: false }
    : { low: -Infinity, includesLow: false, high: bound, includesHigh: isIncluded };
  return { by: 'range', range };
}

function readBound(node: JsonNode | undefined, operator: string, end: number): number {
  if (node?.kind !== 'number') {
    throw new PatternProblem(`Value of ${operator} must be numeric`, node ? openingOf(node) : end);
  }
  return readOperandNumber(node);
}

/** A number as operand: refused when a double cannot carry it. */
export function readOperandNumber(node: JsonNode & { kind: 'number' }): number {
  const number = readNumber(node.text);
  if (number instanceof InexactNumber) {
    throw new PatternProblem(`Cannot represent number exactly as a double: ${node.text}`, node.end);
  }
  return number;
}
