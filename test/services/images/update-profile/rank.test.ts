import { expect, it } from 'vitest';
import { rankOf } from '../../../../services/images/update-profile/rank.ts';
import { imageOf, uploaded } from '../image-events.ts';

const image = (sequencer: string, key = 'profile-pictures/ada/me.png') =>
  imageOf(uploaded({ sequencer, key }));

it('ranks uploads by sequencer, the shorter padded with zeros, in either case', () => {
  const sequencers = ['0055', '00550', '00551', '0055aa', '0055AED6DCD90281E5', '0055b', '00ff', '1'];
  const ranks = sequencers.map((sequencer) => rankOf(image(sequencer)));
  // The first two are equal but for their ids.
  expect(ranks.slice(1).toSorted()).toEqual(ranks.slice(1));
  expect([ranks[0], ranks[2]].toSorted()).toEqual([ranks[0], ranks[2]]);
  expect(ranks[0]?.slice(0, 64)).toBe(ranks[1]?.slice(0, 64));
});

it('ranks the verdicts on an upload above it, that with more answers above the other, all below the next upload', () => {
  const [first, second] = [image('617f08299329d189'), image('617f08299329d18a')];
  const ranks = [rankOf(first), rankOf(first, 0), rankOf(first, 2), rankOf(first, 10), rankOf(second)];
  expect(ranks.toSorted()).toEqual(ranks);
});

it('tells apart two uploads of the same sequencer', () => {
  expect(rankOf(image('617f', 'profile-pictures/ada/a.png'))).not.toBe(
    rankOf(image('617f', 'profile-pictures/ada/b.png')),
  );
});
