import type { MatchingMeasurement } from './measure-matching.ts';

/**
 * What AWS's event-ruler (Java) is quoted with on a machine like ours, not measured here: 150,000 events a second at 10
 * rules; with more, its best for rules of which few match an event, its worst for rules of which many do.
 */
export function rulerEventsPerSecond({
  rules,
  matchesPerEvent,
}: Pick<MatchingMeasurement, 'rules' | 'matchesPerEvent'>): number {
  const doManyMatch = matchesPerEvent > 10;
  if (rules > 1000) return doManyMatch ? 5000 : 160_000;
  return doManyMatch ? 40_000 : 150_000;
}
