import { columns } from '../columns.ts';
import { renderDuration } from '../render-duration.ts';
import { renderMisfits } from './render-plan.ts';
import type { ReplayResult } from './run-replay.ts';

/** What a replay did, for people, line by line. */
export function renderResult({
  consumers,
  events,
  misfits,
  seconds,
  unwanted,
}: ReplayResult): readonly string[] {
  return [
    `${events} events were replayed in ${renderDuration(seconds)}.`,
    '',
    ...columns([
      ['CONSUMER', 'HANDED ON', 'WAITING NOW', 'NEW DEAD LETTERS'],
      ...consumers
        .filter(({ handedOn }) => handedOn > 0)
        .map((one) => [one.name, String(one.handedOn), String(one.waiting), String(one.newDeadLetters)]),
    ]),
    ...(unwanted > 0 ? ['', `${unwanted} events are heard by none of them.`] : []),
    ...renderMisfits(misfits),
  ];
}
