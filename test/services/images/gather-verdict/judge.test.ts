import { expect, it } from 'vitest';
import { type AnswerEvent, judge } from '../../../../services/images/gather-verdict/judge.ts';
import type { RefusalCode } from '../../../../services/images/unusable-image-error.ts';
import {
  answers,
  faces,
  imageOf,
  moderated,
  refused,
  said,
  threat,
  thumbnail,
  uploaded,
} from '../image-events.ts';

const image = imageOf(uploaded());
const one = { least: 1, most: 1 };
const judgeAll = (events: readonly AnswerEvent[]) => events.map((event) => judge(event, one));

it('approves a good picture, and keeps its thumbnails', () => {
  const approval = { stance: 'approve', reasons: [] };
  expect(judgeAll(answers(image))).toEqual([
    { ...approval, thumbnails: [thumbnail] },
    approval,
    approval,
    approval,
  ]);
});

it('rejects a threat, by its names', () => {
  expect(judge(threat(image), one)).toEqual({
    stance: 'reject',
    reasons: ['The EICAR test file (yara-x found eicar_test_file)'],
    isThreat: true,
  });
});

it('takes the decision of moderation with its reasons', () => {
  expect(judge(moderated(image, 'review', ['Sexy 0.61 is above 0.5']), one)).toEqual({
    stance: 'review',
    reasons: ['Sexy 0.61 is above 0.5'],
  });
  expect(judge(moderated(image, 'reject', []), one)).toEqual({
    stance: 'reject',
    reasons: ['moderation says reject'],
  });
});

it.each<[number, number, number, string | undefined]>([
  [1, 1, 1, undefined],
  [0, 1, 1, 'no faces were found, exactly 1 is wanted'],
  [2, 1, 1, '2 faces were found, exactly 1 is wanted'],
  [1, 2, 2, '1 face was found, exactly 2 are wanted'],
  [1, 2, 4, '1 face was found, 2 to 4 are wanted'],
  [3, 0, 2, '3 faces were found, at most 2 are wanted'],
  [2, 0, 1, '2 faces were found, at most 1 is wanted'],
  [1, 0, 0, '1 face was found, none is wanted'],
  [0, 0, 2, undefined],
  [4, 2, 4, undefined],
])('of %i faces with %i to %i wanted says: %s', (count, least, most, reason) => {
  expect(judge(faces(image, count), { least, most })).toEqual({
    stance: reason === undefined ? 'approve' : 'reject',
    reasons: reason === undefined ? [] : [reason],
  });
});

it.each<[RefusalCode, string]>([
  ['empty', 'reject'],
  ['not-an-image', 'reject'],
  ['unsupported-format', 'reject'],
  ['damaged', 'reject'],
  ['too-large', 'reject'],
  ['too-many-pixels', 'reject'],
  ['gone', 'review'],
  ['replaced', 'review'],
])('of a refusal because of %s says: %s', (refusal, stance) => {
  expect(judge(refused('ImageModerated.v1', image, refusal, 'so it is'), one)).toEqual({
    stance,
    reasons: ['so it is'],
    refusal,
  });
});

it('makes nothing of an answer without result and refusal', () => {
  expect(judge(said('ImageScanned.v1', { image, tookMs: 1 }), one)).toBeUndefined();
});
