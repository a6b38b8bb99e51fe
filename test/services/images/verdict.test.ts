import { expect, it } from 'vitest';
import { type Opinion, reachVerdict } from '../../../services/images/verdict.ts';
import { thumbnail } from './image-events.ts';

const awaited = ['make-thumbnails', 'scan-image', 'moderate-image', 'detect-faces'];

const approved = (consumer: string): Opinion => ({ consumer, stance: 'approve', reasons: [] });

/** The verdict when all approve but for those given; null: its answer is missing. */
function verdictOn(opinions: Readonly<Record<string, Partial<Opinion> | null>>) {
  return reachVerdict({
    awaited,
    opinions: awaited.flatMap((consumer) => {
      const opinion = opinions[consumer];
      return opinion === null ? [] : { ...approved(consumer), ...opinion };
    }),
  });
}

const threat = { stance: 'reject', reasons: ['a virus'], isThreat: true } as const;
const nude = { stance: 'reject', reasons: ['Porn 0.97'] } as const;
const doubtful = { stance: 'review', reasons: ['Sexy 0.61'] } as const;
const damaged = { stance: 'reject', reasons: ['it is cut off'], refusal: 'damaged' } as const;
const gone = { stance: 'review', reasons: ['it was deleted'], refusal: 'gone' } as const;
const replaced = { stance: 'review', reasons: ['it was replaced'], refusal: 'replaced' } as const;

it.each<[string, Parameters<typeof verdictOn>[0], string, string[]]>([
  ['all approve', {}, 'approved', []],
  ['the scan finds a threat', { 'scan-image': threat }, 'rejected', ['a virus']],
  ['moderation rejects', { 'moderate-image': nude }, 'rejected', ['Porn 0.97']],
  ['moderation is in doubt', { 'moderate-image': doubtful }, 'needs-review', ['Sexy 0.61']],
  ['one refuses for good', { 'detect-faces': damaged }, 'rejected', ['it is cut off']],
  ['it is gone', { 'detect-faces': gone }, 'needs-review', ['it was deleted']],
  ['it was replaced', { 'detect-faces': replaced }, 'needs-review', ['it was replaced']],
  ['an answer is missing', { 'detect-faces': null }, 'needs-review', ['detect-faces did not answer in time']],
  [
    'one rejects and another is missing',
    { 'make-thumbnails': null, 'detect-faces': damaged },
    'rejected',
    ['it is cut off', 'make-thumbnails did not answer in time'],
  ],
  [
    'one is in doubt and a later one rejects',
    { 'moderate-image': doubtful, 'detect-faces': nude },
    'rejected',
    ['Porn 0.97', 'Sexy 0.61'],
  ],
  [
    'all refuse for the same reason in their own words',
    {
      'make-thumbnails': damaged,
      'scan-image': { ...damaged, reasons: ['it ends early'] },
      'moderate-image': damaged,
      'detect-faces': damaged,
    },
    'rejected',
    ['it is cut off'],
  ],
  [
    'quarantine takes it from the others',
    { 'make-thumbnails': gone, 'scan-image': threat, 'moderate-image': gone, 'detect-faces': replaced },
    'rejected',
    ['a virus', 'it was replaced'],
  ],
  [
    'it is gone and rejected for something else',
    { 'make-thumbnails': gone, 'moderate-image': nude },
    'rejected',
    ['Porn 0.97', 'it was deleted'],
  ],
])('when %s', (_, opinions, verdict, reasons) => {
  expect(verdictOn(opinions)).toMatchObject({ verdict, reasons });
});

it('says what became of each awaited answer, with the thumbnails', () => {
  const thumbnails = [thumbnail];
  expect(
    verdictOn({ 'make-thumbnails': { thumbnails }, 'scan-image': null, 'moderate-image': gone }),
  ).toEqual({
    verdict: 'needs-review',
    reasons: ['it was deleted', 'scan-image did not answer in time'],
    answers: [
      { consumer: 'make-thumbnails', state: 'answered' },
      { consumer: 'scan-image', state: 'missing' },
      { consumer: 'moderate-image', state: 'refused' },
      { consumer: 'detect-faces', state: 'answered' },
    ],
    answered: 3,
    missing: ['scan-image'],
    thumbnails,
  });
});

it('is the same in whatever order the opinions came', () => {
  const opinions = [nude, doubtful, damaged, replaced].map((opinion, n) => ({
    consumer: awaited[n] ?? '',
    ...opinion,
  }));
  expect(reachVerdict({ awaited, opinions: opinions.toReversed() })).toEqual(
    reachVerdict({ awaited, opinions }),
  );
});

it('leaves out whom this review does not wait for', () => {
  const opinions = [...awaited.map(approved), { ...approved('detect-pets'), ...nude }];
  expect(reachVerdict({ awaited, opinions })).toMatchObject({ verdict: 'approved', answered: 4 });
});

it('lists no more reasons than the event has room for, those that decide first', () => {
  const reasons = Array.from({ length: 45 }, (_, n) => `reason ${n}`);
  const verdict = verdictOn({
    'make-thumbnails': null,
    'scan-image': doubtful,
    'moderate-image': { stance: 'reject', reasons },
  });
  expect(verdict.reasons).toEqual(reasons.slice(0, 40));
});
