import { InexactNumber, readNumber } from './inexact-number.ts';

/** `JSON.parse` for matching: numbers that a double cannot carry come back as `InexactNumber`. Throws `SyntaxError`. */
export function parseEvent(text: string): unknown {
  if (!mayHoldInexactNumber.test(text)) return JSON.parse(text);
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) => {
    if (typeof value !== 'number' || context?.source === undefined) return value;
    const number = readNumber(context.source);
    return number instanceof InexactNumber ? number : value;
  });
}

// Fifteen digits always survive a double, and the reviver costs several times the parse.
const mayHoldInexactNumber = /[:,[\s]-?(?:\d[\d.]{15}|\d[\d.]*[eE])/;
