import { escapeStep } from './escape-step.ts';
import { Refusal } from './refusal.ts';

/** What a body of JSON says. Throws `Refusal` for what is no JSON in UTF-8, is too deep, or has a number that would not be read as it was sent. */
export function parseJsonBody(bytes: Buffer): unknown {
  const value = parse(bytes);
  if (isDeeper(value, LEVELS_MOST)) {
    throw new Refusal(400, {
      type: 'too-deep',
      detail: `the body has objects and lists inside each other, more than ${LEVELS_MOST} deep: make it flatter`,
    });
  }
  const pointer = findInfinity(value);
  if (pointer !== undefined) {
    throw new Refusal(400, {
      detail: 'a number is beyond what can be kept: see errors; send it as a text if it has to be so large',
      errors: [{ pointer: `/body${pointer}`, detail: `must be from -${LARGEST} to ${LARGEST}` }],
    });
  }
  return value;
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw new Refusal(400, {
      type: 'malformed-json',
      detail: `the body is no JSON in UTF-8: ${error instanceof Error ? error.message : error}`,
    });
  }
}

/** Some thousand levels are too many for whatever reads or writes JSON by recursion, here or further on. */
const LEVELS_MOST = 100;

function isDeeper(value: unknown, levels: number): boolean {
  let level = [value];
  for (let depth = 0; depth <= levels; depth += 1) {
    level = level.flatMap((each) => (typeof each === 'object' && each !== null ? Object.values(each) : []));
  }
  return level.length > 0;
}

const LARGEST = Number.MAX_VALUE;

/** Where the first number is that was too large to be read, such as 1e400: written again it would be null. */
function findInfinity(value: unknown): string | undefined {
  if (value === Number.POSITIVE_INFINITY || value === Number.NEGATIVE_INFINITY) return '';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, member] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
    const inside = findInfinity(member);
    if (inside !== undefined) return `/${escapeStep(name)}${inside}`;
  }
  return undefined;
}
