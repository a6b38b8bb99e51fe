import type { Condition } from './compile-pattern.ts';
import type { EventLeaves } from './event-leaves.ts';
import type { Lookup } from './matcher.ts';
import type { PathLeaves } from './path-leaves.ts';

/** A condition that many patterns may have in common: tried once for each event, whoever asks. */
export class SharedCondition {
  readonly name: string;
  readonly condition: Condition;
  readonly leaves: PathLeaves;
  /** What finds the leaves that meet the condition; absent when only trying it tells. */
  readonly lookups: readonly Lookup[] | undefined;
  /** What finds the leaves that do not meet it, where all others do. */
  readonly exceptions: readonly Lookup[] | undefined;
  /** How many patterns have it. */
  users = 0;
  private readonly matchesAbsence: boolean;
  private triedFor = 0;
  private isMet = false;

  constructor(name: string, leaves: PathLeaves, condition: Condition) {
    const { matchers } = condition;
    this.name = name;
    this.condition = condition;
    this.leaves = leaves;
    this.matchesAbsence = matchers.some((matcher) => matcher.matchesAbsence);
    const lookups = matchers.flatMap(({ lookup }) => lookup ?? []);
    this.exceptions = matchers.length === 1 ? matchers[0]?.exceptions : undefined;
    this.lookups = lookups.length === matchers.length ? lookups : undefined;
  }

  /**
   * Whether the event's leaves meet the condition, wherever in an array they stand. An absence that one element of an
   * array may have counts as met: then only `meetsBranch` can tell.
   */
  isMetBy(event: EventLeaves): boolean {
    if (this.triedFor !== event.number) {
      this.triedFor = event.number;
      this.isMet = this.tryLeaves();
    }
    return this.isMet;
  }

  private tryLeaves(): boolean {
    const { leaves, count, isPlaced } = this.leaves;
    if (this.matchesAbsence && (count === 0 || isPlaced)) return true;
    for (let index = 0; index < count; index += 1) {
      const leaf = leaves[index];
      if (leaf === undefined) continue;
      for (const matcher of this.condition.matchers) if (matcher.matches(leaf)) return true;
    }
    return false;
  }
}

/** Whether the event's leaves meet all of the conditions, as `isMetBy` says. */
export function areMet(conditions: readonly SharedCondition[], event: EventLeaves): boolean {
  for (const condition of conditions) if (!condition.isMetBy(event)) return false;
  return true;
}
