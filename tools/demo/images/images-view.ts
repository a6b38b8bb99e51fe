import { createLiveText } from '../../live-text.ts';
import { printable } from '../../printable.ts';
import type { ImageService } from './find-image-consumers.ts';
import type { BoardChange, PictureRecord } from './picture-board.ts';
import { renderCounts } from './render-counts.ts';
import { renderTable } from './render-table.ts';
import { describeState, describeVerdict } from './service-state.ts';
import type { Work } from './watch-work.ts';

/** Shows what becomes of the pictures while it does. */
export interface ImagesView {
  /** As it is now: a terminal is redrawn. */
  draw(records: readonly PictureRecord[]): void;
  /** What was just heard: elsewhere than on a terminal a line of its own. */
  heard(change: BoardChange): void;
  /** Something else worth a line. */
  note(text: string): void;
  /** Leaves what was drawn last on the screen. */
  finish(): void;
}

export interface ImagesViewOptions {
  readonly stream: NodeJS.WriteStream;
  readonly services: readonly ImageService[];
  /** How a service stands with a picture for which it has no answer yet. */
  readonly workOf: (record: PictureRecord, service: ImageService) => Work | undefined;
}

/**
 * On a terminal a table, one row a picture and one column a service, or counts when there are more pictures than it has
 * lines; in a pipe one line an answer.
 */
export function createImagesView({ stream, services, workOf }: ImagesViewOptions): ImagesView {
  if (!stream.isTTY) return createLineView(stream, services);
  const live = createLiveText(stream);
  const notes: string[] = [];
  const finished: PictureRecord[] = [];
  return {
    draw(records) {
      const view = { records, services, workOf, width: stream.columns - 1 };
      const table = records.length + OTHER_LINES <= stream.rows ? renderTable(view) : undefined;
      live.show([...(table ?? renderCounts({ ...view, finished })), ...notes]);
    },
    heard(change) {
      if (change.kind === 'verdict') finished.push(change.record);
    },
    note: (text) => notes.push(`  ${text}`),
    finish: live.finish,
  };
}

/** The table's head, notes, and the line below on which the cursor stands. */
const OTHER_LINES = 6;

function createLineView(stream: NodeJS.WriteStream, services: readonly ImageService[]): ImagesView {
  const widest = Math.max(...services.map(({ consumer }) => consumer.length), 'verdict'.length);
  const line = ({ picture }: PictureRecord, who: string, words: string) =>
    stream.write(`  ${printable(picture.name).padEnd(24)} ${who.padEnd(widest)}  ${words}\n`);
  return {
    draw() {},
    heard(change) {
      const { record } = change;
      if (change.kind === 'verdict') {
        line(record, 'verdict', describeVerdict(record));
        return;
      }
      const answer = record.answers.get(change.service.consumer);
      const took = answer ? `  ${answer.tookMs} ms` : '';
      line(record, change.service.consumer, `${describeState(record, change.service, undefined)}${took}`);
    },
    note: (text) => stream.write(`  ${text}\n`),
    finish() {},
  };
}
