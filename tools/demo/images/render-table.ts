import { printable } from '../../printable.ts';
import type { ImageService } from './find-image-consumers.ts';
import type { PictureRecord } from './picture-board.ts';
import { describeState, describeVerdict } from './service-state.ts';
import type { Work } from './watch-work.ts';

export interface RecordsView {
  readonly records: readonly PictureRecord[];
  readonly services: readonly ImageService[];
  readonly workOf: (record: PictureRecord, service: ImageService) => Work | undefined;
  /** Of the terminal, in characters. */
  readonly width: number;
}

/** One row a picture, one column a service, and the verdict; undefined when the terminal is too narrow for it. */
export function renderTable({
  records,
  services,
  workOf,
  width,
}: RecordsView): readonly string[] | undefined {
  const names = records.map(({ picture }) => printable(picture.name));
  const nameWidth = Math.min(Math.max(...names.map((name) => name.length), 7), width < 110 ? 14 : 24);
  const columnWidth = Math.min(Math.floor((width - 2 - nameWidth) / (services.length + 1)) - 1, 18);
  if (columnWidth < NARROWEST) return undefined;
  const row = (name: string, cells: readonly string[]) =>
    `  ${[clip(name, nameWidth), ...cells.map((cell) => clip(cell, columnWidth))].join(' ')}`.trimEnd();
  // `make-thumbnails` over two lines: with its verb above, every name fits.
  const heads = [...services.map(({ consumer }) => consumer), 'verdict'].map((name) => {
    const dash = name.indexOf('-') + 1;
    return [name.slice(0, dash), name.slice(dash)] as const;
  });
  return [
    row(
      '',
      heads.map(([verb]) => verb),
    ),
    row(
      'picture',
      heads.map(([, noun]) => noun),
    ),
    ...records.map((record, n) =>
      row(names[n] ?? '', [
        ...services.map((service) => describeState(record, service, workOf(record, service))),
        describeVerdict(record),
      ]),
    ),
  ];
}

/** What `✔ approve` takes. */
const NARROWEST = 9;

function clip(text: string, width: number): string {
  return text.length <= width ? text.padEnd(width) : `${text.slice(0, width - 1)}…`;
}
