import { PatternProblem } from './pattern-problem.ts';

/** JSON that still knows where each part stood, how each number was written, and every duplicate key. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'object'; readonly entries: readonly JsonEntry[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'literal'; readonly value: boolean | null }
);

export interface JsonEntry {
  readonly name: string;
  readonly value: JsonNode;
}

/** Reads a JSON text with places. Throws `PatternProblem` in the words of AWS's parser (Jackson). */
export function readJsonNode(text: string): JsonNode {
  let at = 0;
  return readValue();

  function readValue(): JsonNode {
    skipSpace();
    const start = at;
    const character = text[at];
    if (character === '{') return readObject(start);
    if (character === '[') return readArray(start);
    if (character === '"') return { kind: 'string', start, value: readString(), end: at };
    const number = match(/-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (number !== undefined) return { kind: 'number', start, text: number, end: at };
    const word = match(/[A-Za-z0-9_$]+/y);
    if (word === 'true' || word === 'false')
      return { kind: 'literal', start, value: word === 'true', end: at };
    if (word === 'null') return { kind: 'literal', start, value: null, end: at };
    if (word !== undefined) {
      throw new PatternProblem(
        `Unrecognized token '${word}': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`,
        at,
      );
    }
    throw unexpected(
      "expected a valid value (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
    );
  }

  function readObject(start: number): JsonNode {
    const entries: JsonEntry[] = [];
    at += 1;
    skipSpace();
    while (text[at] !== '}') {
      if (entries.length > 0) expect(',', 'was expecting comma to separate Object entries');
      skipSpace();
      if (text[at] !== '"') throw unexpected('was expecting double-quote to start field name');
      const name = readString();
      skipSpace();
      expect(':', 'was expecting a colon to separate field name and value');
      entries.push({ name, value: readValue() });
      skipSpace();
    }
    at += 1;
    return { kind: 'object', start, entries, end: at };
  }

  function readArray(start: number): JsonNode {
    const items: JsonNode[] = [];
    at += 1;
    skipSpace();
    while (text[at] !== ']') {
      if (items.length > 0) expect(',', 'was expecting comma to separate Array entries');
      items.push(readValue());
      skipSpace();
    }
    at += 1;
    return { kind: 'array', start, items, end: at };
  }

  function readString(): string {
    const quoted = match(/"[^"\\]*(?:\\.[^"\\]*)*"/sy);
    if (quoted === undefined) throw unfinished('was expecting closing quote for a string value');
    try {
      return String(JSON.parse(quoted));
    } catch (cause) {
      throw new PatternProblem(`Illegal character or escape in ${quoted}: ${String(cause)}`, at);
    }
  }

  function match(sticky: RegExp): string | undefined {
    sticky.lastIndex = at;
    const found = sticky.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }

  function skipSpace(): void {
    match(/[ \t\r\n]+/y);
  }

  function expect(character: string, expectation: string): void {
    if (text[at] !== character) throw unexpected(expectation);
    at += 1;
  }

  function unexpected(expectation: string): PatternProblem {
    const character = text[at];
    if (character === undefined) return unfinished('expected close marker');
    return new PatternProblem(
      `Unexpected character ('${character}' (code ${character.charCodeAt(0)})): ${expectation}`,
      at,
    );
  }

  function unfinished(expectation: string): PatternProblem {
    return new PatternProblem(`Unexpected end-of-input: ${expectation}`, text.length);
  }
}

/** Where AWS's parser stands when it has met this node and not yet read into it. */
export function openingOf(node: JsonNode): number {
  return node.kind === 'number' || node.kind === 'literal' ? node.end : node.start + 1;
}
