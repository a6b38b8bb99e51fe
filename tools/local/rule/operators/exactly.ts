import { InexactNumber, readNumber } from '../inexact-number.ts';
import { type JsonNode, openingOf } from '../json-node.ts';
import { type Matcher, type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';
import { cidrMatcher, parseAddress } from './cidr.ts';

/** The spelled-out form of a string: `{"exactly": "text"}`. */
export const exactly: Operator = {
  name: 'exactly',
  secondKey: onlyOneKey,
  compile(operand) {
    if (operand.kind !== 'string') {
      throw new PatternProblem('exact match pattern must be a string', openingOf(operand));
    }
    return stringMatcher(operand.value);
  },
};

/** The bare values in a field's list: strings, numbers, `true`, `false` and `null`. */
export function exactMatcher(node: JsonNode): Matcher {
  if (node.kind === 'string') {
    // AWS compares addresses by value: `::1` equals `0:0:0:0:0:0:0:1`.
    const address = parseAddress(node.value);
    return address === undefined ? stringMatcher(node.value) : cidrMatcher(address, address.length * 8);
  }
  if (node.kind === 'number') return numberMatcher(readNumber(node.text));
  if (node.kind === 'literal') {
    return { matches: (leaf) => leaf === node.value, lookup: { by: 'value', value: node.value } };
  }
  throw new PatternProblem('Match value must be String, number, true, false, or null', openingOf(node));
}

function stringMatcher(text: string): Matcher {
  return { matches: (leaf) => leaf === text, lookup: { by: 'value', value: text } };
}

function numberMatcher(number: number | InexactNumber): Matcher {
  if (number instanceof InexactNumber) {
    return { matches: (leaf) => leaf instanceof InexactNumber && leaf.text === number.text };
  }
  return { matches: (leaf) => leaf === number, lookup: { by: 'value', value: number } };
}
