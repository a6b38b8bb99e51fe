import type { Place } from './event-fields.ts';
import type { EventLeaves } from './event-leaves.ts';
import { readNumber } from './inexact-number.ts';
import type { Key, KeyNode } from './key-node.ts';
import type { Leaf } from './matcher.ts';

/**
 * Takes the leaves of an event straight from its text, with no object made of the rest. False when the text is out of
 * the ordinary (very long, no JSON, a key that comes twice, an escape in what is asked for, nested very deep): then
 * `parseEvent` must say what it means. True promises the leaves that `parseEvent` would lead to.
 */
export function scanEvent(eventText: string, eventLeaves: EventLeaves): boolean {
  if (eventText.length >= units.length) return false;
  bytes.write(eventText, 'utf16le');
  units[eventText.length] = 0;
  text = eventText;
  leaves = eventLeaves;
  leaves.clear();
  const end = scanValue(skipSpace(0), leaves.root, undefined, 0);
  return end !== unusual && skipSpace(end) === text.length;
}

// One scan runs at a time, to its end. Its state stands here because passing it along took a third of the time.
let text = '';
let leaves: EventLeaves;
let objects = 0;

// The text's UTF-16 units and a 0 behind them: reading these is three times as fast as `charCodeAt`.
const units = new Uint16Array(262_144);
const bytes = Buffer.from(units.buffer);

/** In place of the position behind a value. */
const unusual = -1;
const maxDepth = 100;
const unasked: readonly unknown[] = [];

/** Scans the value that begins at `at`; with a node it keeps what is asked for there. Returns the position behind it. */
function scanValue(at: number, node: KeyNode | undefined, place: Place | undefined, depth: number): number {
  const unit = units[at];
  if (unit === quote) return scanText(at, node, place);
  if (unit === braceOpen) return depth > maxDepth ? unusual : scanObject(at + 1, node, place, depth + 1);
  if (unit === bracketOpen) return depth > maxDepth ? unusual : scanArray(at + 1, node, place, depth + 1);
  if (unit === letterT) return scanWord(at, 'true', true, node, place);
  if (unit === letterF) return scanWord(at, 'false', false, node, place);
  if (unit === letterN) return scanWord(at, 'null', null, node, place);
  return scanNumber(at, node, place);
}

function scanObject(
  start: number,
  node: KeyNode | undefined,
  place: Place | undefined,
  depth: number,
): number {
  objects += 1;
  const object = objects;
  let at = skipSpace(start);
  if (units[at] === braceClose) return at + 1;
  for (;;) {
    if (units[at] !== quote) return unusual;
    const end = endOfText(at + 1);
    if (end === unusual) return unusual;
    let next: KeyNode | undefined;
    if (node !== undefined) {
      if (sawEscape) return unusual;
      const key = keyAt(node, at + 1, end);
      if (key !== undefined) {
        if (key.seenIn === object) return unusual;
        key.seenIn = object;
        next = key.node;
      }
    }
    at = skipSpace(end + 1);
    if (units[at] !== colon) return unusual;
    at = scanValue(skipSpace(at + 1), next, place, depth);
    if (at === unusual) return unusual;
    at = skipSpace(at);
    if (units[at] === braceClose) return at + 1;
    if (units[at] !== comma) return unusual;
    at = skipSpace(at + 1);
  }
}

function scanArray(
  start: number,
  node: KeyNode | undefined,
  place: Place | undefined,
  depth: number,
): number {
  let at = skipSpace(start);
  if (units[at] === bracketClose) return at + 1;
  // Only its identity is asked for, and only by what is asked for.
  const array: readonly unknown[] = node === undefined ? unasked : [];
  for (let index = 0; ; index += 1) {
    const isContainer = units[at] === braceOpen || units[at] === bracketOpen;
    const inside = node !== undefined && isContainer ? { array, index, outer: place } : place;
    at = scanValue(at, node, inside, depth);
    if (at === unusual) return unusual;
    at = skipSpace(at);
    if (units[at] === bracketClose) return at + 1;
    if (units[at] !== comma) return unusual;
    at = skipSpace(at + 1);
  }
}

function scanText(at: number, node: KeyNode | undefined, place: Place | undefined): number {
  const end = endOfText(at + 1);
  if (end === unusual) return unusual;
  if (node?.leaves !== undefined) {
    if (sawEscape) return unusual;
    leaves.add(node.leaves, text.slice(at + 1, end), place);
  }
  return end + 1;
}

let sawEscape = false;

/** The position of the closing quote. Tells in `sawEscape` whether what stands between is not what is meant. */
function endOfText(start: number): number {
  sawEscape = false;
  let at = start;
  for (;;) {
    const unit = units[at] ?? 0;
    if (unit === quote) return at;
    if (unit < space) return unusual;
    if (unit === backslash) {
      sawEscape = true;
      at = endOfEscape(at + 1);
      if (at === unusual) return unusual;
    } else at += 1;
  }
}

function endOfEscape(at: number): number {
  const letter = text[at] ?? '';
  if (letter === 'u') return /^[0-9a-fA-F]{4}$/.test(text.slice(at + 1, at + 5)) ? at + 5 : unusual;
  return '"\\/bfnrt'.includes(letter) && letter !== '' ? at + 1 : unusual;
}

function keyAt({ byLength, keys }: KeyNode, start: number, end: number): Key | undefined {
  const sameLength = byLength[end - start];
  if (sameLength === undefined) return undefined;
  if (sameLength.length > 4) return keys.get(text.slice(start, end));
  for (const key of sameLength) if (isAt(key.text, start)) return key;
  return undefined;
}

function isAt(word: string, start: number): boolean {
  for (let index = word.length - 1; index >= 0; index -= 1) {
    if (units[start + index] !== word.charCodeAt(index)) return false;
  }
  return true;
}

function scanWord(
  at: number,
  word: string,
  leaf: Leaf,
  node: KeyNode | undefined,
  place: Place | undefined,
): number {
  if (!isAt(word, at)) return unusual;
  if (node?.leaves !== undefined) leaves.add(node.leaves, leaf, place);
  return at + word.length;
}

function scanNumber(start: number, node: KeyNode | undefined, place: Place | undefined): number {
  let at = units[start] === minus ? start + 1 : start;
  const whole = at;
  at = skipDigits(at);
  if (at === whole || (units[whole] === zero && at > whole + 1)) return unusual;
  let isSimple = true;
  if (units[at] === dot) {
    const fraction = at + 1;
    at = skipDigits(fraction);
    if (at === fraction) return unusual;
  }
  if (units[at] === lowerE || units[at] === upperE) {
    isSimple = false;
    const sign = units[at + 1];
    const exponent = sign === plus || sign === minus ? at + 2 : at + 1;
    at = skipDigits(exponent);
    if (at === exponent) return unusual;
  }
  if (node?.leaves !== undefined) {
    const written = text.slice(start, at);
    // Fifteen digits always survive a double.
    leaves.add(node.leaves, isSimple && at - start <= 15 ? Number(written) : readNumber(written), place);
  }
  return at;
}

function skipDigits(start: number): number {
  let at = start;
  for (;;) {
    const unit = units[at] ?? 0;
    if (unit < zero || unit > nine) return at;
    at += 1;
  }
}

function skipSpace(start: number): number {
  let at = start;
  for (;;) {
    const unit = units[at];
    if (unit !== space && unit !== lineFeed && unit !== carriageReturn && unit !== tab) return at;
    at += 1;
  }
}

const tab = 9;
const lineFeed = 10;
const carriageReturn = 13;
const space = 32;
const quote = 34;
const plus = 43;
const comma = 44;
const minus = 45;
const dot = 46;
const zero = 48;
const nine = 57;
const colon = 58;
const upperE = 69;
const bracketOpen = 91;
const backslash = 92;
const bracketClose = 93;
const lowerE = 101;
const letterF = 102;
const letterN = 110;
const letterT = 116;
const braceOpen = 123;
const braceClose = 125;
