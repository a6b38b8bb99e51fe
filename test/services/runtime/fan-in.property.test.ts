import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PieceResult } from '../../../services/runtime/fan-in/piece.ts';
import { createFanIn, type FanIn } from '../../../services/runtime/fan-in.ts';
import { startTable } from './fan-in/dynalite.ts';

let table: Awaited<ReturnType<typeof startTable>>;
let fanIn: FanIn;
beforeAll(async () => {
  table = await startTable();
  fanIn = createFanIn({ ...table, partsPerShard: 3 });
});
afterAll(() => table.close());

/** A piece of work of one row and what lies before it: it may split, and it may be given up at first. */
interface Work {
  readonly children: readonly Work[];
  readonly failsAtFirst: boolean;
}

/** A message that says there is work, or how many parts there are. Redelivered until it is acknowledged. */
type Message = { readonly id: string; readonly work: Work; isRedriven: boolean } | 'expect';

/** Work that splits at most `depth` times. */
function work(depth: number): fc.Arbitrary<Work> {
  return fc.record({
    children: depth === 0 ? fc.constant([]) : fc.array(work(depth - 1), { maxLength: 3 }),
    failsAtFirst: fc.boolean(),
  });
}

const chaos = fc.record({
  /** Which messages go together, and in which order. */
  picks: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 40 }),
  /** Before which of its steps a worker dies, if it does. */
  crashes: fc.array(fc.option(fc.constantFrom('record', 'publish', 'announce', 'mark', 'acknowledge')), {
    maxLength: 40,
  }),
  duplicates: fc.array(fc.boolean(), { maxLength: 40 }),
});

let jobs = 0;

// The limit is there for a run that hangs.
it('counts exactly and announces after the last piece, never before, whatever is repeated, reordered or dies', {
  timeout: 120_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(work(2), { maxLength: 7 }),
      chaos,
      async (parts, { picks, crashes, duplicates }) => {
        const jobId = `job-${jobs++}`;
        const rows = countRows(parts);
        const announced: { created: number; failed: number }[] = [];
        const deadLetters: Message[] = [];
        const queue: Message[] = [
          'expect',
          ...parts.map((part, n) => ({ id: `${n}`, work: part, isRedriven: false })),
        ];
        let turn = 0;

        const handle = async (messages: Message[]) => {
          const crash = crashes[turn];
          const isDuplicate = duplicates[turn] ?? false;
          turn += 1;
          const dies = (step: string) => crash === step;
          const back = () => queue.push(...messages);
          const pieces = messages.filter((message) => message !== 'expect');

          if (dies('record')) return back();
          const results: PieceResult[] = pieces.map(
            ({ id, work: { children, failsAtFirst }, isRedriven }) => {
              // Only work without children is given up: the others' children carry on.
              const failed = failsAtFirst && children.length === 0 && !isRedriven;
              return {
                id,
                totals: { created: failed ? 0 : 1 },
                children: children.map((_, n) => `${id}.${n}`),
                failed,
              };
            },
          );
          const recorded = pieces.length > 0 ? await fanIn.record({ jobId, pieces: results }) : undefined;
          const expected = messages.includes('expect')
            ? await fanIn.expect({ jobId, parts: parts.length })
            : undefined;
          if (dies('publish')) return back();
          for (const { id, open } of recorded?.records ?? []) {
            const { children } = pieces.find((piece) => piece.id === id)?.work ?? { children: [] };
            for (const [n, child] of children.entries()) {
              if (open.includes(`${id}.${n}`))
                queue.push({ id: `${id}.${n}`, work: child, isRedriven: false });
            }
          }
          if (dies('announce')) return back();
          const announcement = recorded?.announcement ?? expected?.announcement;
          if (announcement) {
            const { complete, totals, failed } = await fanIn.progress(jobId);
            expect(complete).toBe(true);
            expect((totals.created ?? 0) + failed).toBe(rows);
            announced.push({ created: totals.created ?? 0, failed });
            if (dies('mark')) return back();
            await fanIn.markAnnounced(announcement);
          }
          if (dies('acknowledge') || isDuplicate) back();
          for (const { failed, id } of results) {
            const message = pieces.find((piece) => piece.id === id);
            if (failed && message) deadLetters.push(message);
          }
          return undefined;
        };

        const drain = async () => {
          while (queue.length > 0) {
            const pick = picks[turn % picks.length] ?? 0;
            const take = () => queue.splice(pick % queue.length, 1 + (pick % 3));
            await Promise.all([handle(take()), ...(queue.length > 0 ? [handle(take())] : [])]);
          }
        };
        await drain();
        expect(announced.length).toBeGreaterThan(0);
        for (const message of deadLetters) {
          if (message !== 'expect') queue.push({ ...message, isRedriven: true });
        }
        await drain();

        expect(await fanIn.progress(jobId)).toMatchObject({
          expectedParts: parts.length,
          doneParts: parts.length,
          failed: 0,
          openChildren: 0,
          complete: true,
        });
        expect(announced).toContainEqual({ created: rows, failed: 0 });
        expect(await fanIn.missing({ jobId })).toEqual([]);
      },
    ),
    { numRuns: 100 },
  );
});

function countRows(works: readonly Work[]): number {
  return works.reduce((sum, { children }) => sum + 1 + countRows(children), 0);
}
