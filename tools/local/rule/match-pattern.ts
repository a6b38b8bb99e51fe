import type { Branch, Condition, Pattern } from './compile-pattern.ts';
import type { EventFields, Place } from './event-fields.ts';

/** Whether an event meets every condition of one of the pattern's branches, within one element of each array. */
export function matchesPattern(pattern: Pattern, fields: EventFields): boolean {
  return pattern.branches.some((branch) => meetsBranch(branch, fields));
}

/** Whether an event meets every condition of the branch, within one element of each array. */
export function meetsBranch(branch: Branch, fields: EventFields): boolean {
  return meetsFrom(branch, 0, fields, nowhere);
}

/** Whether the field alone meets the condition, wherever in an array it stands. */
export function meetsAlone(condition: Condition, fields: EventFields): boolean {
  return meetsFrom([condition], 0, fields, nowhere);
}

/** The element taken in each array so far. */
type Places = ReadonlyMap<readonly unknown[], number>;
const nowhere: Places = new Map();

function meetsFrom(branch: Branch, position: number, fields: EventFields, places: Places): boolean {
  const condition = branch[position];
  if (condition === undefined) return true;
  let isPresent = false;
  for (const { leaf, place } of fields.at(condition.path)) {
    const merged = merge(places, place);
    if (merged === undefined) continue;
    isPresent = true;
    if (!condition.matchers.some((matcher) => matcher.matches(leaf))) continue;
    if (meetsFrom(branch, position + 1, fields, merged)) return true;
    // Every other leaf that takes no new element would lead to the same end.
    if (merged === places) return false;
  }
  if (isPresent || !condition.matchers.some((matcher) => matcher.matchesAbsence)) return false;
  return meetsFrom(branch, position + 1, fields, places);
}

/** The places with this one added; nothing when it is another element of an array already taken. */
function merge(places: Places, place: Place | undefined): Places | undefined {
  let merged: Map<readonly unknown[], number> | undefined;
  for (let inner = place; inner !== undefined; inner = inner.outer) {
    const taken = places.get(inner.array);
    if (taken === inner.index) continue;
    if (taken !== undefined) return undefined;
    merged ??= new Map(places);
    merged.set(inner.array, inner.index);
  }
  return merged ?? places;
}
