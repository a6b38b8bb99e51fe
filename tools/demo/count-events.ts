import type { Observations } from '../local/observations.ts';

/** Counts the events that a bus takes from now on, by detail-type, until `stop`. */
export function countEvents(observations: Observations, bus: string) {
  const counts = new Map<string, number>();
  const stop = observations.on('published', (event) => {
    if (event.bus === bus) counts.set(event.detailType, (counts.get(event.detailType) ?? 0) + 1);
  });
  return { counts: counts as ReadonlyMap<string, number>, stop };
}
