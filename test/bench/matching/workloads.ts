import { applicationEvents } from './application-events.ts';
import { s3Events } from './s3-events.ts';

/** What is matched against what: events of one kind, and rules that all ask for its source and detail-type. */
export interface Workload {
  readonly events: EventKind;
  readonly rules: 'each its own value' | 'one value in common' | 'an eighth match all';
}

/** A kind of event with four fields that rules ask for. */
export interface EventKind {
  readonly name: string;
  eventOf(n: number, fields: Fields): unknown;
  /** The pattern with these lists for its fields; a field without a list is left open. */
  patternOf(lists: Partial<Readonly<Record<keyof Fields, readonly unknown[]>>>): unknown;
}

export interface Fields {
  readonly group: string;
  readonly text: string;
  readonly amount: number;
  readonly person: string;
}

export const workloads: readonly Workload[] = [s3Events, applicationEvents].flatMap((events) =>
  (['each its own value', 'one value in common', 'an eighth match all'] as const).map((rules) => ({
    events,
    rules,
  })),
);

/** The text of rule `n`'s pattern: every second rule is exact, the others prefix, suffix, numeric and anything-but in turn. */
export function patternText({ events, rules }: Workload, n: number): string {
  const isCommon = rules === 'one value in common';
  const common = isCommon ? { group: ['common'] } : {};
  const own = isCommon ? { ...common, person: [`person-${n}`] } : { group: [`group-${n}`] };
  const inTurn = [
    { ...common, text: [{ prefix: `team-${n}/` }] },
    { ...common, text: [{ suffix: `-${n}.csv` }] },
    { ...common, amount: [{ numeric: ['>=', 1000 * n, '<', 1000 * n + 1000] }] },
    rules === 'an eighth match all'
      ? { group: [{ 'anything-but': [`group-${n}`] }] }
      : { ...own, text: [{ 'anything-but': { prefix: 'tmp/' } }] },
  ];
  return JSON.stringify(events.patternOf(n % 2 === 0 ? own : (inTurn[((n - 1) / 2) % 4] ?? own)));
}

/** The text of event `n`, each of its fields about one of the first `count` rules. */
export function eventText({ events, rules }: Workload, n: number, count: number): string {
  const rule = (field: number) => scattered(4 * n + field) % count;
  return JSON.stringify(
    events.eventOf(n, {
      group: rules === 'one value in common' ? 'common' : `group-${rule(0)}`,
      text: `team-${rule(1)}/2026/11/21/tasks-of-the-week-${rule(2)}.csv`,
      amount: 1000 * rule(3) + (n % 1000),
      person: `person-${rule(0)}`,
    }),
  );
}

/** A whole number without order, the same for the same one. */
export function scattered(n: number): number {
  let mixed = Math.imul(n + 0x9e3779b9, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
