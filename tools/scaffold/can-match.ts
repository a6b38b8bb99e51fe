import type { JsonObject } from '../codegen/schema-set.ts';
import type { Leaf, Matcher, NumberRange } from '../local/rule/matcher.ts';
import type { SchemaReader, SchemaSpot } from './schema-spot.ts';

/** Whether a value that the schema allows at a spot could meet a matcher: false only when that is certain. */
export function canMatch(matcher: Matcher, spot: SchemaSpot, schema: SchemaReader): boolean {
  if (matcher.matchesAbsence) return false;
  return schema.valuesOf(spot).some((values) => {
    const demands = schema.demandsOn(values);
    const listed = listedIn(demands);
    if (listed !== undefined) {
      return listed.some(
        (value) => !isLeaf(value) || (schema.allows(values, value) && matcher.matches(value)),
      );
    }
    const types = leafTypes(demands);
    const { lookup } = matcher;
    if (lookup === undefined) return types.some((type) => matchesSome(matcher, type));
    if (lookup.by === 'value') return schema.allows(values, lookup.value);
    if (lookup.by === 'range') return types.some((type) => meetsSome(lookup.range, type, demands));
    const letters = lookup.by === 'prefix' || lookup.by === 'suffix' ? [...lookup.text].length : 0;
    return types.includes('string') && letters <= least(demands, 'maxLength');
  });
}

/** Whether every valid event has a single value there, so that `{"exists": false}` is never met. */
export function isAlwaysThere(spot: SchemaSpot, schema: SchemaReader): boolean {
  const demands = schema.demandsOn(spot);
  return spot.isRequired && !['object', 'array'].some((type) => mayHaveType(demands, type));
}

/** What the schema allows at a spot, as the end of a sentence: `is one of "a", "b"`. */
export function describeSpot(spot: SchemaSpot, schema: SchemaReader): string {
  const demands = schema.demandsOn(schema.valuesOf(spot).at(-1) ?? spot);
  const listed = listedIn(demands);
  if (listed !== undefined) {
    const texts = listed.map((value) => JSON.stringify(value)).join(', ');
    return listed.length === 1 ? `is ${texts}` : `is one of ${texts}`;
  }
  const types = leafTypes(demands).filter((type, _, all) => type !== 'integer' || !all.includes('number'));
  if (types.length === 0) return 'is an object, of which a field must be named';
  const limits = limitKeywords.flatMap((keyword) =>
    demands.flatMap((demand) => (demand[keyword] === undefined ? [] : `${keyword} ${demand[keyword]}`)),
  );
  return [`is of type ${types.join(' or ')}`, ...limits].join(', ');
}

/** The values that the schema lists for a spot; none when it does not. */
export function valuesAt(spot: SchemaSpot, schema: SchemaReader): readonly unknown[] {
  return schema.valuesOf(spot).flatMap((values) => listedIn(schema.demandsOn(values)) ?? []);
}

const limitKeywords = [
  ...['format', 'pattern', 'minLength', 'maxLength'],
  ...['minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'],
];

function listedIn(demands: readonly JsonObject[]): readonly unknown[] | undefined {
  for (const demand of demands) {
    if (Object.hasOwn(demand, 'const')) return [demand.const];
    if (Array.isArray(demand.enum)) return demand.enum;
  }
  return undefined;
}

const leafTypeNames = ['string', 'number', 'integer', 'boolean', 'null'] as const;
type LeafType = (typeof leafTypeNames)[number];

function leafTypes(demands: readonly JsonObject[]): readonly LeafType[] {
  return leafTypeNames.filter((type) => mayHaveType(demands, type));
}

/** Every integer is a number. */
function mayHaveType(demands: readonly JsonObject[], type: string): boolean {
  return demands.every((demand) => {
    const types: readonly unknown[] = demand.type === undefined ? [type] : [demand.type].flat();
    return types.includes(type) || (type === 'integer' && types.includes('number'));
  });
}

/** Of a matcher that an index finds by nothing: `exists` and `anything-but` are met by values of every type, `wildcard` by texts. */
function matchesSome(matcher: Matcher, type: LeafType): boolean {
  if (type === 'string') return true;
  if (type === 'boolean') return matcher.matches(true) || matcher.matches(false);
  if (type === 'null') return matcher.matches(null);
  return matcher.exceptions !== undefined || matcher.matches(0);
}

function meetsSome(range: NumberRange, type: LeafType, demands: readonly JsonObject[]): boolean {
  if (type !== 'number' && type !== 'integer') return false;
  const lows = [
    { bound: range.low, isIn: range.includesLow },
    { bound: most(demands, 'minimum'), isIn: true },
    { bound: most(demands, 'exclusiveMinimum'), isIn: false },
  ];
  const highs = [
    { bound: range.high, isIn: range.includesHigh },
    { bound: least(demands, 'maximum'), isIn: true },
    { bound: least(demands, 'exclusiveMaximum'), isIn: false },
  ];
  const fits = (value: number) =>
    lows.every(({ bound, isIn }) => value > bound || (isIn && value === bound)) &&
    highs.every(({ bound, isIn }) => value < bound || (isIn && value === bound));
  const low = Math.max(...lows.map(({ bound }) => bound));
  if (type === 'integer' && Number.isFinite(low)) return fits(Math.ceil(low)) || fits(Math.floor(low) + 1);
  return fits(low) || low < Math.min(...highs.map(({ bound }) => bound));
}

function most(demands: readonly JsonObject[], keyword: string): number {
  return Math.max(Number.NEGATIVE_INFINITY, ...numbersOf(demands, keyword));
}

function least(demands: readonly JsonObject[], keyword: string): number {
  return Math.min(Number.POSITIVE_INFINITY, ...numbersOf(demands, keyword));
}

function numbersOf(demands: readonly JsonObject[], keyword: string): readonly number[] {
  return demands.map((demand) => demand[keyword]).filter((value) => typeof value === 'number');
}

function isLeaf(value: unknown): value is Leaf {
  return value === null || typeof value !== 'object';
}
