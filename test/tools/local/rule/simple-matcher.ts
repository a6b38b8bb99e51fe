// A second reading of the facts about event patterns, as plain as can be and slow: the judge of the engine's own.
// It shares no code with the engine, and it takes valid patterns only.

/** Whether the event matches the pattern. Both as JSON text. */
export function simplyMatches(patternText: string, eventText: string): boolean {
  const leaves: Leaf[] = [];
  collectLeaves(parse(eventText), '', [], leaves);
  return alternativesOf(parse(patternText), '').some((fields) => {
    const paths = [...fields.keys()].sort();
    return meets(
      paths.map((path) => ({ path, tests: listOf(fields.get(path)) })),
      leaves,
      [],
    );
  });
}

/** A number as it is written. */
class Digits {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

function parse(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' ? new Digits(context?.source ?? '') : value,
  );
}

interface Leaf {
  readonly path: string;
  readonly value: unknown;
  readonly elements: readonly Element[];
}

/** That a leaf lies in this element of this array. */
interface Element {
  readonly array: unknown;
  readonly index: number;
}

function collectLeaves(value: unknown, path: string, elements: readonly Element[], leaves: Leaf[]): void {
  if (Array.isArray(value)) {
    value.forEach((item: unknown, index) => {
      const isInside = isObject(item) || Array.isArray(item);
      collectLeaves(item, path, isInside ? [...elements, { array: value, index }] : elements, leaves);
    });
  } else if (isObject(value)) {
    for (const [key, inner] of Object.entries(value)) {
      collectLeaves(inner, join(path, key), elements, leaves);
    }
  } else {
    leaves.push({ path, value, elements });
  }
}

/** The pattern as alternatives without `$or`: the list for each path. */
function alternativesOf(object: unknown, path: string): Map<string, unknown>[] {
  let alternatives = [new Map<string, unknown>()];
  for (const [key, value] of Object.entries(object ?? {})) {
    const choices =
      key === '$or'
        ? listOf(value).flatMap((one) => alternativesOf(one, path))
        : Array.isArray(value)
          ? [new Map<string, unknown>([[join(path, key), value]])]
          : alternativesOf(value, join(path, key));
    alternatives = alternatives.flatMap((before) => choices.map((after) => new Map([...before, ...after])));
  }
  return alternatives;
}

interface Asked {
  readonly path: string;
  readonly tests: readonly unknown[];
}

/**
 * Takes any leaf for each field in turn, as long as no two of them lie in different elements of one array. A field is
 * absent when none of its leaves can be taken beside those of the fields before it.
 */
function meets(
  [first, ...rest]: readonly Asked[],
  leaves: readonly Leaf[],
  taken: readonly Element[],
): boolean {
  if (first === undefined) return true;
  const reachable = leaves.filter(
    ({ path, elements }) => path === first.path && isConsistent(elements, taken),
  );
  if (reachable.length === 0) {
    return (
      first.tests.some((test) => operatorOf(test)?.[0] === 'exists' && operatorOf(test)?.[1] === false) &&
      meets(rest, leaves, taken)
    );
  }
  return reachable.some(
    ({ value, elements }) =>
      first.tests.some((test) => passes(test, value)) && meets(rest, leaves, [...taken, ...elements]),
  );
}

function isConsistent(elements: readonly Element[], taken: readonly Element[]): boolean {
  return elements.every((one) =>
    taken.every((other) => one.array !== other.array || one.index === other.index),
  );
}

function passes(test: unknown, value: unknown): boolean {
  const [operator, operand] = operatorOf(test) ?? ['equals', test];
  switch (operator) {
    case 'equals':
      return isSame(test, value);
    case 'exactly':
      return value === operand;
    case 'exists':
      return operand === true;
    case 'numeric':
      return value instanceof Digits && isInRange(listOf(operand), value);
    case 'anything-but':
      return isAnythingBut(operand, value);
    default:
      return typeof value === 'string' && textPasses(operator, operand, value);
  }
}

function textPasses(operator: string, operand: unknown, value: string): boolean {
  const nested = operatorOf(operand)?.[1];
  const text = String(nested ?? operand);
  switch (operator) {
    case 'prefix':
      return lengths(value).some((n) => fits(value.slice(0, n)));
    case 'suffix':
      return lengths(value).some((n) => fits(value.slice(n)));
    case 'equals-ignore-case':
      return isSameInAnyCase(text, value);
    case 'wildcard':
      return isLike(text, value);
    case 'cidr': {
      const [network = '', mask = ''] = text.split('/');
      const [all, own] = [bitsOf(network), bitsOf(value)];
      return own.length === all.length && own.startsWith(all.slice(0, Number(mask)));
    }
    default:
      throw new Error(`no operator ${operator}`);
  }

  function fits(part: string): boolean {
    return nested === undefined ? part === text : isSameInAnyCase(text, part);
  }
}

function isAnythingBut(operand: unknown, value: unknown): boolean {
  const nested = operatorOf(operand);
  if (nested === undefined) return !listOf(operand).some((one) => isSameValue(one, value));
  const [operator, inner] = nested;
  return !(typeof value === 'string' && listOf(inner).some((one) => textPasses(operator, one, value)));
}

function isSame(asked: unknown, value: unknown): boolean {
  if (typeof asked === 'string' && typeof value === 'string' && bitsOf(asked) !== '') {
    return bitsOf(asked) === bitsOf(value);
  }
  return isSameValue(asked, value);
}

function isSameValue(asked: unknown, value: unknown): boolean {
  if (asked instanceof Digits && value instanceof Digits) {
    if (isExact(asked) && isExact(value)) return Number(asked.text) === Number(value.text);
    return asked.text === value.text;
  }
  return asked === value;
}

/** Whether a double carries the number that is written: both have the same decimal value. */
function isExact({ text }: Digits): boolean {
  const number = Number(text);
  if (!Number.isFinite(number)) return false;
  const [written, kept] = [fractionOf(text), fractionOf(String(number))];
  return written.over * kept.under === kept.over * written.under;
}

function fractionOf(text: string): { over: bigint; under: bigint } {
  const [digits = '', exponent = '0'] = text.toLowerCase().split('e');
  const [whole = '', decimals = ''] = digits.split('.');
  const power = Number(exponent) - decimals.length;
  const over = BigInt(whole + decimals);
  return power < 0
    ? { over, under: 10n ** BigInt(-power) }
    : { over: over * 10n ** BigInt(power), under: 1n };
}

function isInRange(range: readonly unknown[], value: Digits): boolean {
  if (range.length === 0) return true;
  const [comparison, bound, ...rest] = range;
  if (!isExact(value) || !(bound instanceof Digits)) return false;
  const [left, right] = [Number(value.text), Number(bound.text)];
  const isMet =
    (comparison === '=' && left === right) ||
    (comparison === '<' && left < right) ||
    (comparison === '<=' && left <= right) ||
    (comparison === '>' && left > right) ||
    (comparison === '>=' && left >= right);
  return isMet && isInRange(rest, value);
}

/** Each character of the pattern is itself in lower or in upper case. */
function isSameInAnyCase(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  return [pattern.charAt(0).toLowerCase(), pattern.charAt(0).toUpperCase()].some(
    (cased) => value.startsWith(cased) && isSameInAnyCase(pattern.slice(1), value.slice(cased.length)),
  );
}

function isLike(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern.startsWith('*')) return lengths(value).some((n) => isLike(pattern.slice(1), value.slice(n)));
  const literal = pattern.startsWith('\\') ? pattern.slice(0, 2) : pattern.slice(0, 1);
  return value.startsWith(literal.slice(-1)) && isLike(pattern.slice(literal.length), value.slice(1));
}

/** An IP address as 32 or 128 digits; empty when it is none. */
function bitsOf(text: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(text)) {
    const bytes = text.split('.');
    return bytes.every((byte) => Number(byte) < 256 && String(Number(byte)) === byte)
      ? bytes.map((byte) => binary(Number(byte), 8)).join('')
      : '';
  }
  if (!/^[0-9a-fA-F:]*:[0-9a-fA-F:]*$/.test(text)) return '';
  const [head = '', tail, more] = text.split('::');
  const [before, after] = [head, tail ?? ''].map((part) => (part === '' ? [] : part.split(':')));
  const missing = 8 - (before?.length ?? 0) - (after?.length ?? 0);
  const groups = [...(before ?? []), ...Array<string>(Math.max(missing, 0)).fill('0'), ...(after ?? [])];
  const isAddress =
    more === undefined &&
    (tail === undefined ? missing === 0 : missing > 0) &&
    groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group));
  if (!isAddress) return '';
  const bits = groups.map((group) => binary(Number.parseInt(group, 16), 16)).join('');
  const mapped = '0'.repeat(80) + '1'.repeat(16);
  return bits.startsWith(mapped) ? bits.slice(mapped.length) : bits;
}

function binary(number: number, length: number): string {
  return number.toString(2).padStart(length, '0');
}

/** The name and operand of an operator's object. */
function operatorOf(test: unknown): [string, unknown] | undefined {
  return isObject(test) ? Object.entries(test)[0] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Digits);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function lengths(text: string): number[] {
  return Array.from({ length: text.length + 1 }, (_, n) => n);
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`;
}
