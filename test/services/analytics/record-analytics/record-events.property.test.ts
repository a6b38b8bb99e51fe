import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openRecorder, type Wire } from './open-recorder.ts';
import { idOf, ownEvent } from './own-events.ts';

let recorder: Awaited<ReturnType<typeof openRecorder>>;
beforeAll(async () => {
  recorder = await openRecorder();
});
afterAll(() => recorder.close());

/**
 * What becomes of one request of a worker: `dies-before` it is sent, `dies-after` its answer; `lost`: done, but no answer comes;
 * `late`: no answer comes in time, and it is done some time after.
 */
const fate = fc.oneof(
  { weight: 8, arbitrary: fc.constant('well' as const) },
  { weight: 1, arbitrary: fc.constantFrom('dies-before', 'dies-after', 'lost', 'late') },
);

/** A worker: which events are in its batch, and what becomes of its requests, in order. */
const worker = fc.record({
  picks: fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }),
  fates: fc.array(fate, { minLength: 12, maxLength: 12 }),
});

it('records every event once, whatever dies, comes twice, comes late or at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(worker, { minLength: 1, maxLength: 5 }),
      fc.nat(3),
      fc.scheduler(),
      async (workers, minutes, scheduler) => {
        const { record, recorded } = await recorder.open();
        const events = Array.from({ length: 6 }, (_, n) =>
          ownEvent({ 'detail-type': n % 3 === 0 ? 'Rare.v1' : 'Often.v1' }),
        );
        const late: Promise<unknown>[] = [];
        const inTurn = <Answer>(send: () => Promise<Answer>) =>
          scheduler.schedule(Promise.resolve(), 'request').then(send);

        const acknowledged = new Set<string>();
        const work = workers.map(async ({ picks, fates }) => {
          const batch = picks.flatMap((pick) => events[pick] ?? []);
          let isDead = false;
          let requests = 0;
          const wire: Wire = async (send) => {
            const fate = fates[requests] ?? 'well';
            requests += 1;
            if (isDead) throw new Error('the worker is dead');
            isDead = fate.startsWith('dies');
            if (fate === 'late') late.push(inTurn(send).catch(() => {}));
            else if (fate !== 'dies-before') {
              const answer = await inTurn(send);
              if (fate === 'well') return answer;
            }
            throw new Error(fate);
          };
          const outcomes = await record(batch, wire);
          if (isDead) return;
          for (const [n, { kind }] of outcomes.entries()) {
            const event = batch[n];
            if (event && kind === 'done') acknowledged.add(idOf(event));
          }
        });
        // Claims grow old while their claimers are still at work.
        const time = Array.from({ length: minutes }, async () => {
          await scheduler.schedule(Promise.resolve(), 'a minute passes');
          recorder.clock.advance(60_000);
        });
        await scheduler.waitFor(Promise.all([...work, ...time]).then(() => Promise.all(late)));

        const once = new Set(await recorded());
        expect(await recorded()).toEqual([...once]);
        expect([...acknowledged].filter((eventId) => !once.has(eventId))).toEqual([]);

        // What was not acknowledged comes again, and all of it in a replay.
        for (let round = 0; round < 3; round += 1) {
          recorder.clock.advance(60_000);
          await record(events);
        }
        expect(await recorded()).toEqual(events.map(idOf).sort());
      },
    ),
    { numRuns: 40 },
  );
});
