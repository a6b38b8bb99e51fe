import type { Delivery, Invocation } from '../../runtime/delivery.ts';
import type { DataOf, Envelope } from '../../runtime/event.ts';
import type { PieceResult } from '../../runtime/fan-in/piece.ts';
import type { FanIn, PieceRecord } from '../../runtime/fan-in.ts';
import type { InsertOutcome } from '../../runtime/insert-items.ts';
import { done, type Outcome, park, retry } from '../../runtime/outcome.ts';
import { announceCompletion } from '../announce-completion.ts';
import type { Rejects } from '../rejects.ts';
import { parseRow } from '../task.ts';
import type { TaskFiles } from '../task-files.ts';
import { taskKey } from '../task-key.ts';
import { type Decision, decidePiece, type RowOutcome, splitUntried, toRowOutcome } from './decide-piece.ts';
import type { NewTask } from './insert-tasks.ts';
import { isWithin, rangeOf } from './row-range.ts';
import type { subscription } from './subscription.ts';

export interface CreatorOptions {
  readonly fanIn: FanIn;
  readonly files: TaskFiles;
  readonly rejects: Rejects;
  readonly insert: (tasks: readonly NewTask[], hasTime: () => boolean) => Promise<readonly InsertOutcome[]>;
  readonly publish: <Type extends Emitted>(
    type: Type,
    data: DataOf<Type> | readonly DataOf<Type>[],
    options: { readonly causedBy: Envelope },
  ) => Promise<unknown>;
}

type Emitted = (typeof subscription)['emits'][number];
type RowsRead = Delivery<'TaskRowsRead.v1'>;

/** A part, or some of its rows that were put back apart: what one message carries. */
interface Piece {
  readonly id: string;
  readonly data: DataOf<'TaskRowsRead.v1'>;
  readonly delivery: RowsRead;
}

/**
 * Handles the parts of one invocation together: all their rows are written in one go, then each file's pieces are recorded
 * together. The order is what survives a crash at any point: write, record, publish what the record names, announce.
 */
export function createCreator({ fanIn, files, rejects, insert, publish }: CreatorOptions) {
  return async function createTasks(
    deliveries: readonly RowsRead[],
    { remainingMs }: Pick<Invocation, 'remainingMs'>,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const limitMs = remainingMs();
    const hasTime = () => remainingMs() > limitMs / 4;
    const byFile = Map.groupBy(deliveries, ({ event }) => event.detail.data.taskFileId);
    const jobs = await Promise.all(
      [...byFile].map(async ([jobId, group]) => {
        const pieces = distinctPieces(group);
        const records = await fanIn.look({ jobId, ids: pieces.map(({ id }) => id) });
        return { jobId, group, pieces, todo: pieces.filter((_, i) => records[i]?.state !== 'recorded') };
      }),
    );
    const decisions = await decideAll(
      jobs.flatMap(({ todo }) => todo),
      hasTime,
    );
    const outcomes = new Map<string, Outcome>();
    await Promise.all(
      jobs.map(async ({ jobId, group, pieces }) => {
        const byPiece = await settle(jobId, pieces, decisions).catch((error: unknown) => {
          const failed = retry('its file could not be recorded', { error });
          return new Map(pieces.map(({ id }) => [id, failed]));
        });
        for (const { messageId, event } of group) {
          outcomes.set(messageId, byPiece.get(pieceId(event.detail.data)) ?? done());
        }
      }),
    );
    return outcomes;
  };

  /** Writes the rows of all pieces, and decides for each by what became of its own. */
  async function decideAll(
    pieces: readonly Piece[],
    hasTime: () => boolean,
  ): Promise<ReadonlyMap<Piece, Decision>> {
    const tasks: NewTask[] = [];
    const tried = pieces.map((piece) => {
      const { rows, taskFileId, owner } = piece.data;
      // The last chance of many rows is to go on apart: trying them together has failed each time before.
      if (piece.delivery.isLastReceive && rows.length > 1) return { piece };
      const outcomes = rows.map((row): RowOutcome | { readonly line: number; readonly task: number } => {
        const { line } = row;
        const parsed = parseRow(row);
        if ('reason' in parsed) return { line, kind: 'rejected', reason: parsed.reason };
        tasks.push({ ...taskKey({ taskFileId, line, owner }), taskFileId, line, task: parsed.task });
        return { line, task: tasks.length - 1 };
      });
      return { piece, outcomes };
    });
    const written = tasks.length > 0 ? await insert(tasks, hasTime) : [];
    return new Map(
      tried.map(({ piece, outcomes }) => {
        const { id, data, delivery } = piece;
        if (!outcomes) {
          const lines = data.rows.map(({ line }) => line);
          return [piece, splitUntried(id, lines)];
        }
        const rows = outcomes.map((row) =>
          'task' in row ? toRowOutcome(row.line, written[row.task] ?? NOT_TRIED) : row,
        );
        return [piece, decidePiece(id, { rows, isLastReceive: delivery.isLastReceive })];
      }),
    );
  }

  async function settle(
    jobId: string,
    pieces: readonly Piece[],
    decisions: ReadonlyMap<Piece, Decision>,
  ): Promise<ReadonlyMap<string, Outcome>> {
    const outcomes = new Map<string, Outcome>();
    const results: PieceResult[] = [];
    const rejected: Promise<void>[] = [];
    for (const piece of pieces) {
      const { id } = piece;
      const decision = decisions.get(piece);
      outcomes.set(id, outcomeOf(decision));
      if (decision?.kind === 'retry') continue;
      if (decision?.kind === 'record') {
        results.push({ id, totals: decision.totals, children: decision.children });
        if (decision.rejects.length > 0) rejected.push(rejects.write(jobId, id, decision.rejects));
      } else {
        // Given up; or on record already, and recorded again to learn what a crash has left undone.
        results.push({ id, totals: {}, failed: decision?.kind === 'give-up' });
      }
    }
    await Promise.all(rejected);
    if (results.length === 0) return outcomes;
    const { records, announcement } = await fanIn.record({ jobId, pieces: results });
    await Promise.all(pieces.map((piece) => publishOpen(piece, records)));
    const [first] = pieces;
    if (announcement && first) {
      await announceCompletion({ fanIn, files, publish }, announcement, first.delivery.event);
    }
    return outcomes;
  }

  async function publishOpen({ id, data, delivery }: Piece, records: readonly PieceRecord[]): Promise<void> {
    const open = records.find((record) => record.id === id)?.open ?? [];
    if (open.length === 0) return;
    const children = open.map((child) => {
      const range = rangeOf(child);
      return { ...data, child, rows: data.rows.filter(({ line }) => isWithin(line, range)) };
    });
    await publish('TaskRowsRead.v1', children, { causedBy: delivery.event });
  }
}

const NOT_TRIED: InsertOutcome = { kind: 'open', reason: 'it was not tried' };

function pieceId({ part, child }: DataOf<'TaskRowsRead.v1'>): string {
  return child ?? `${part}`;
}

/** One message for each piece: a duplicate in the same batch ends as the first does. */
function distinctPieces(deliveries: readonly RowsRead[]): Piece[] {
  const byId = new Map<string, Piece>();
  for (const delivery of deliveries) {
    const { data } = delivery.event.detail;
    const id = pieceId(data);
    if (!byId.has(id)) byId.set(id, { id, data, delivery });
  }
  return [...byId.values()];
}

function outcomeOf(decision: Decision | undefined): Outcome {
  if (decision?.kind === 'retry') return retry(decision.reason);
  if (decision?.kind === 'give-up') return park(decision.reason);
  return done();
}
