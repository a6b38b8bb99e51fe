import { bar } from '../../live-text.ts';
import { printable } from '../../printable.ts';
import type { PictureRecord } from './picture-board.ts';
import type { RecordsView } from './render-table.ts';
import { describeVerdict, type ServiceState, stateOf } from './service-state.ts';

export interface CountsView extends Omit<RecordsView, 'width'> {
  /** Pictures with a verdict, the latest last. */
  readonly finished: readonly PictureRecord[];
}

/** How many pictures each service has answered for, and which had their verdict last: a few lines for any number of pictures. */
export function renderCounts({ records, services, workOf, finished }: CountsView): readonly string[] {
  const widest = Math.max(...services.map(({ consumer }) => consumer.length), 'verdict'.length);
  const line = (name: string, done: number, words: readonly string[]) =>
    `  ${name.padEnd(widest)}  ${bar(done / records.length, 16)} ${words.join(' · ')}`;
  const reviewed = records.filter(({ review }) => review !== undefined);
  return [
    ...services.map((service) => {
      const states = records.map((record) => stateOf(record, service, workOf(record, service)));
      const count = (state: ServiceState) => states.filter((one) => one === state).length;
      return line(service.consumer, count('answered') + count('refused'), [
        ...say(count('answered'), 'answered'),
        ...say(count('refused'), 'refused'),
        ...say(count('given-up'), 'given up'),
        ...say(count('working'), 'at work'),
        ...say(count('retrying'), 'again soon'),
        ...say(count('waiting'), 'waiting'),
      ]);
    }),
    line('verdict', reviewed.length, [
      `${reviewed.length.toLocaleString('en')} of ${records.length.toLocaleString('en')}`,
      ...(['approved', 'rejected', 'needs-review'] as const).flatMap((verdict) =>
        say(reviewed.filter(({ review }) => review?.verdict === verdict).length, verdict),
      ),
    ]),
    '',
    ...finished
      .slice(-LAST)
      .map((record) => `  ${describeVerdict(record).padEnd(12)}  ${printable(record.picture.name)}`),
  ];
}

const LAST = 5;

function say(count: number, what: string): readonly string[] {
  return count === 0 ? [] : [`${count.toLocaleString('en')} ${what}`];
}
