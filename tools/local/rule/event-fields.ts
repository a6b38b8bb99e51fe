import { InexactNumber } from './inexact-number.ts';
import type { Leaf } from './matcher.ts';

/** A path of a pattern, readied for the walk. `a.b` as one key and `a` over `b` are the same path, in patterns and in events. */
export interface Path {
  readonly text: string;
  readonly steps: readonly Step[];
}

interface Step {
  readonly key: string;
  readonly rest: readonly Step[];
}

/** A leaf found under a path, and the array elements it stands in. */
export interface Field {
  readonly leaf: Leaf;
  readonly place: Place | undefined;
}

/** An element of an array: fields matched together must not stand in two elements of one array. */
export interface Place {
  readonly array: readonly unknown[];
  readonly index: number;
  readonly outer: Place | undefined;
}

/** The leaves of one event, walked to once however many rules ask for a path. */
export interface EventFields {
  at(path: Path): readonly Field[];
}

export function readFields(event: unknown): EventFields {
  const known = new Map<string, readonly Field[]>();
  return {
    at(path) {
      const earlier = known.get(path.text);
      if (earlier !== undefined) return earlier;
      const found: Field[] = [];
      collect(event, path.steps, undefined, found);
      known.set(path.text, found);
      return found;
    },
  };
}

export function readPath(text: string): Path {
  return { text, steps: stepsOf(text.split('.')) };
}

/** [a, b] -> a then b, or a.b. From the end, so that equal rests are one object. */
function stepsOf(names: readonly string[]): readonly Step[] {
  const stepsFrom: (readonly Step[])[] = [];
  for (let first = names.length; first >= 0; first -= 1) {
    stepsFrom[first] = names.slice(first).map((_, length) => ({
      key: names.slice(first, first + length + 1).join('.'),
      rest: stepsFrom[first + length + 1] ?? [],
    }));
  }
  return stepsFrom[0] ?? [];
}

function collect(value: unknown, steps: readonly Step[], place: Place | undefined, found: Field[]): void {
  if (Array.isArray(value)) {
    const array: readonly unknown[] = value;
    array.forEach((item, index) => {
      const inside = isLeaf(item) ? place : { array, index, outer: place };
      collect(item, steps, inside, found);
    });
  } else if (isLeaf(value)) {
    if (steps.length === 0) found.push({ leaf: value, place });
  } else if (isObject(value)) {
    for (const { key, rest } of steps) {
      if (Object.hasOwn(value, key)) collect(value[key], rest, place, found);
    }
  }
}

function isLeaf(value: unknown): value is Leaf {
  return typeof value !== 'object' || value === null || value instanceof InexactNumber;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
