import { printable } from '../../printable.ts';
import { resultOf } from './picture-board.ts';
import type { ImagesDemoOutcome, PictureOutcome } from './run-images-demo.ts';
import { describeVerdict, wasTaken } from './service-state.ts';

/** What became of the pictures, for a person. */
export function summariseImages(outcome: ImagesDemoOutcome): string {
  const { pictures, events, seconds, steppedSeconds, costUsd } = outcome;
  const lines = [
    '',
    ...pictures.slice(0, SHOWN).flatMap(describePicture),
    ...(pictures.length > SHOWN ? [`  … and ${count(pictures.length - SHOWN)} more`] : []),
    '',
    `  Pictures  ${describeTotals(outcome)}`,
    ...describeQuarantine(pictures),
    ...describeLinks(pictures),
    `  Events    ${[...events].map(([type, n]) => `${count(n)} ${type}`).join(', ')}`,
    `  Speed     ${count(pictures.length)} in ${seconds} s${seconds > 0 ? `, ${(pictures.length / seconds).toFixed(1)} pictures/s` : ''}`,
    ...(steppedSeconds === 0
      ? []
      : [
          `  Clock     stepped by ${steppedSeconds} s: some answers did not come, and the verdict waits for them`,
        ]),
    `  On AWS    about $${costUsd.toFixed(4)}, $${((costUsd / pictures.length) * 1e6).toFixed(2)} per million pictures`,
  ];
  return `${lines.join('\n')}\n\n`;
}

/** So that the end of a long run is still on the screen. */
const SHOWN = 20;

function describePicture({ record, services, seconds }: PictureOutcome): readonly string[] {
  const { picture, review } = record;
  const missing = services
    .filter(({ answer }) => answer === undefined)
    .map(({ service }) => service.consumer);
  return [
    `  ${(review ? describeVerdict(record) : '✖ no verdict').padEnd(12)}  ${printable(picture.name)}${seconds === undefined ? '' : `  after ${seconds} s`}`,
    ...(review?.reasons ?? []).map((reason) => `                  ${printable(reason)}`),
    ...(missing.length === 0 || !wasTaken(record)
      ? []
      : [`                  no answer: ${missing.join(', ')}`]),
  ];
}

function describeTotals({ pictures }: ImagesDemoOutcome): string {
  const verdicts = pictures.map(({ record }) => record.review?.verdict ?? 'without a verdict');
  const kinds = ['approved', 'rejected', 'needs-review', 'without a verdict'] as const;
  const totals = kinds.flatMap((kind) => {
    const n = verdicts.filter((verdict) => verdict === kind).length;
    return n === 0 ? [] : [`${count(n)} ${kind}`];
  });
  return `${count(pictures.length)} = ${totals.join(' + ')}`;
}

function describeQuarantine(pictures: readonly PictureOutcome[]): readonly string[] {
  const lines = pictures.flatMap(({ record, services }) =>
    services.flatMap(({ answer }) => {
      const scan = answer && resultOf(answer, 'ImageScanned.v1');
      if (scan?.quarantineKey === undefined) return [];
      const rules = scan.threats.map(({ rule }) => rule).join(', ');
      return [`${printable(record.picture.name)}: ${printable(rules)} → ${printable(scan.quarantineKey)}`];
    }),
  );
  return lines.map((line, n) => `  ${n === 0 ? 'Threats' : '       '}   ${line}`);
}

/** What the API links to, of the first picture of which it does. */
function describeLinks(pictures: readonly PictureOutcome[]): readonly string[] {
  const { image } = pictures.find((picture) => picture.image && picture.image.thumbnails.length > 0) ?? {};
  if (!image) return [];
  const made = `${count(image.thumbnails.length)} thumbnails${image.master ? ` and the ${image.master.format}` : ''}`;
  return [`  Links     ${made} of ${printable(image.name)}, from GET /images/${image.id}`];
}

function count(n: number): string {
  return n.toLocaleString('en');
}
