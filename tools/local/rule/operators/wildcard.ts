import { type JsonNode, openingOf } from '../json-node.ts';
import { type Operator, onlyOneKey } from '../matcher.ts';
import { PatternProblem } from '../pattern-problem.ts';

/** `{"wildcard": "a*b"}`; `\*` and `\\` are the characters themselves. */
export const wildcard: Operator = {
  name: 'wildcard',
  secondKey: onlyOneKey,
  compile(operand) {
    const matches = wildcardTest(operand);
    return { matches: (leaf) => typeof leaf === 'string' && matches(leaf) };
  },
};

/** The test of one wildcard text. `placeRepeated` as in `PatternProblem`. */
export function wildcardTest(node: JsonNode, placeRepeated = false): (text: string) => boolean {
  if (node.kind !== 'string') {
    throw new PatternProblem('wildcard match pattern must be a string', openingOf(node), placeRepeated);
  }
  const glob = parseGlob(node.value, node.end, placeRepeated);
  if (isTooComplex(glob)) throw new PatternProblem(tooComplex);
  return (text) => matchesGlob(glob, text);
}

/** AWS's reason for a wildcard that many partial matches can follow at once, and for too many combinations of `$or`. */
export const tooComplex =
  'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character';

const star = Symbol('star');
type Glob = readonly (string | typeof star)[];

function parseGlob(text: string, offset: number, placeRepeated: boolean): Glob {
  const glob: (string | typeof star)[] = [];
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index] ?? '';
    const next = text[index + 1];
    // AWS counts bytes, the opening quote included.
    const position = () => Buffer.byteLength(text.slice(0, index)) + 1;
    if (character === '*') {
      if (next === '*') {
        throw new PatternProblem(
          `Consecutive wildcard characters at pos ${position()}`,
          offset,
          placeRepeated,
        );
      }
      glob.push(star);
    } else if (character === '\\') {
      if (next !== '*' && next !== '\\') {
        throw new PatternProblem(`Invalid escape character at pos ${position()}`, offset, placeRepeated);
      }
      glob.push(next);
      index += 1;
    } else glob.push(character);
  }
  return glob;
}

function matchesGlob(glob: Glob, text: string): boolean {
  let at = 0;
  let inGlob = 0;
  let lastStar = -1;
  let retryFrom = 0;
  while (at < text.length) {
    if (glob[inGlob] === text[at]) {
      at += 1;
      inGlob += 1;
    } else if (glob[inGlob] === star) {
      lastStar = inGlob;
      inGlob += 1;
      retryFrom = at;
    } else if (lastStar >= 0) {
      inGlob = lastStar + 1;
      retryFrom += 1;
      at = retryFrom;
    } else return false;
  }
  return inGlob === glob.length || (inGlob === glob.length - 1 && glob[inGlob] === star);
}

/**
 * Counts, over all inputs, the places in the glob that one input can have reached at once: each star that it waits in and
 * each character that it has just matched. AWS refuses `*:*:*:*:*:event-bus/*` (ten here).
 */
function isTooComplex(glob: Glob): boolean {
  const alphabet = new Set(glob.filter((part) => part !== star));
  const count = (character: string | typeof star) => glob.filter((part) => part === character).length;
  const stars = count(star);
  // Most wildcards cannot reach the limit, which is far cheaper to see.
  if (stars < 2 || [...alphabet].every((character) => stars + count(character) < complexityLimit))
    return false;
  const seen = new Set<string>();
  const open: ReadonlySet<number>[] = [new Set([0])];
  while (seen.size < statesLookedAt) {
    const places: ReadonlySet<number> | undefined = open.pop();
    if (places === undefined) return false;
    for (const character of alphabet) {
      const { waiting, matched } = step(glob, places, character);
      if (waiting.size + matched.size >= complexityLimit) return true;
      const reached = new Set([...waiting, ...matched]);
      const key = [...reached].sort((a, b) => a - b).join();
      if (seen.has(key)) continue;
      seen.add(key);
      open.push(reached);
    }
  }
  return false;
}

function step(glob: Glob, places: ReadonlySet<number>, character: string | typeof star) {
  const waiting = new Set<number>();
  const matched = new Set<number>();
  for (const place of places) {
    const waits = glob[place] === star;
    const next = waits ? place + 1 : place;
    if (waits) waiting.add(place);
    if (glob[next] === character) matched.add(next + 1);
  }
  return { waiting, matched };
}

const complexityLimit = 10;
const statesLookedAt = 2000;
