import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { awaitedConsumers } from '../../../services/images/awaited-answers.ts';
import { type AnswerEvent, judge } from '../../../services/images/gather-verdict/judge.ts';
import type { Image } from '../../../services/images/image.ts';
import { type Opinion, reachVerdict } from '../../../services/images/verdict.ts';
import { answers, faces, imageOf, moderated, refused, threat, uploaded } from './image-events.ts';
import { openReviews } from './open-reviews.ts';
import type { Worker } from './workers.ts';

let reviews: Awaited<ReturnType<typeof openReviews>>;
beforeAll(async () => {
  reviews = await openReviews();
});
afterAll(() => reviews.end());

/** What is wrong with a picture: the answers of that kind differ from the good ones. */
const faults: Readonly<Record<string, (image: Image) => AnswerEvent>> = {
  threat,
  nude: (image) => moderated(image, 'reject', ['Porn 0.97']),
  doubtful: (image) => moderated(image, 'review', ['Sexy 0.61']),
  crowd: (image) => faces(image, 2),
  'no thumbnails': (image) => refused('ThumbnailsMade.v1', image, 'damaged'),
  'gone for one': (image) => refused('FacesDetected.v1', image, 'gone'),
};

const picture = fc.record({
  faults: fc.subarray(Object.keys(faults)),
  /** The consumers that answer after everything else was handled. */
  late: fc.subarray([...awaitedConsumers]),
});

const chaos = fc.record({
  /** Which message is next. */
  picks: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 30 }),
  /** After how many requests a worker dies, if it does. */
  deaths: fc.array(fc.option(fc.integer({ min: 1, max: 9 })), { maxLength: 30 }),
  duplicates: fc.array(fc.boolean(), { maxLength: 30 }),
});

it('ends in the right verdict, whatever is repeated, reordered, dies or comes after the deadline', async () => {
  await fc.assert(
    fc.asyncProperty(
      picture,
      chaos,
      fc.scheduler(),
      async (about, { picks, deaths, duplicates }, scheduler) => {
        const upload = uploaded();
        const image = imageOf(upload);
        const all = answers(
          image,
          about.faults.flatMap((fault) => faults[fault]?.(image) ?? []),
        );
        const opinions = all.map((answer, n) => opinionOf(answer, awaitedConsumers[n]));
        const isLate = (_: AnswerEvent, n: number) => about.late.includes(awaitedConsumers[n] ?? '');

        type Message = (worker: Worker) => Promise<unknown>;
        const hear =
          (event: AnswerEvent): Message =>
          (worker) =>
            reviews.gather(event, worker);
        const queue: Message[] = [
          (worker) => reviews.gather(upload, worker),
          (worker) => reviews.close(upload, worker),
          ...all.filter((answer, n) => !isLate(answer, n)).map(hear),
        ];
        const turn = () => scheduler.schedule(Promise.resolve());
        let handled = 0;

        const handleNext = async () => {
          const [message] = queue.splice((picks[handled % picks.length] ?? 0) % queue.length, 1);
          const [diesAfter, isDuplicate] = [deaths[handled] ?? undefined, duplicates[handled]];
          handled += 1;
          if (!message) return;
          const hasDied = await message({ diesAfter, turn }).then(
            () => false,
            (error: unknown) => {
              if (diesAfter === undefined) throw error;
              return true;
            },
          );
          if (hasDied || isDuplicate) queue.push(message);
        };
        const drain = async () => {
          while (queue.length > 0)
            await scheduler.waitFor(Promise.all([handleNext(), handleNext(), handleNext()]));
        };

        await drain();
        const inTime = opinions.filter(({ consumer }) => !about.late.includes(consumer));
        expect(newest(image)).toEqual({
          image,
          ...reachVerdict({ awaited: awaitedConsumers, opinions: inTime }),
        });

        queue.push(...all.filter(isLate).map(hear));
        await drain();
        expect(newest(image)).toEqual({ image, ...reachVerdict({ awaited: awaitedConsumers, opinions }) });

        // Of two verdicts with as many answers, both say the same.
        const said = Map.groupBy(reviews.said(image), ({ answered }) => answered);
        for (const [first, ...others] of said.values()) {
          for (const other of others) expect(other).toEqual(first);
        }
      },
    ),
    { numRuns: 25 },
  );
});

function newest(image: Image) {
  return reviews.said(image).toSorted((a, b) => b.answered - a.answered)[0];
}

function opinionOf(answer: AnswerEvent, consumer = ''): Opinion {
  const judgement = judge(answer, { least: 1, most: 1 });
  if (!judgement) throw new Error(`${consumer} says nothing`);
  return { consumer, ...judgement };
}

it('comes to the same whichever request a worker dies after', async () => {
  let deaths = 0;
  for (let diesAfter = 1, hasDied = true; hasDied; diesAfter += 1) {
    const upload = uploaded();
    const image = imageOf(upload);
    const [first, second, third, ...late] = answers(image);
    hasDied = false;
    const survive = async (work: (worker: Worker) => Promise<unknown>) => {
      await work({ diesAfter }).catch(async () => {
        hasDied = true;
        deaths += 1;
        await work({});
      });
    };
    for (const event of [first, upload, second, third]) {
      if (event) await survive((worker) => reviews.gather(event, worker));
    }
    await survive((worker) => reviews.close(upload, worker));
    expect(newest(image)).toMatchObject({ verdict: 'needs-review', answered: 3 });
    for (const event of late) await survive((worker) => reviews.gather(event, worker));
    expect(newest(image)).toMatchObject({ verdict: 'approved', answered: 4, missing: [] });
  }
  expect(deaths).toBeGreaterThan(20);
});
