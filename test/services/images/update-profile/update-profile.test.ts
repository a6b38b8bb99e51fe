import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../../../services/images/verdict.ts';
import { imageOf, said, thumbnail, uploaded } from '../image-events.ts';
import { openProfiles } from './open-profiles.ts';

let profiles: Awaited<ReturnType<typeof openProfiles>>;
beforeAll(async () => {
  profiles = await openProfiles();
});
afterAll(() => profiles.end());

let users = 0;

/** A new user's uploads a.png, b.png, …, oldest first, and the verdicts there may be on them. */
function newUser() {
  const userId = `user-${users++}`;
  const upload = (name: string) => {
    const event = uploaded({ key: `profile-pictures/${userId}/${name}.png` });
    const image = imageOf(event);
    const reviewed = (verdict: Verdict['verdict'], answered: number) =>
      said('ImageReviewed.v1', {
        image,
        verdict,
        reasons: verdict === 'approved' ? [] : [`${name} is ${verdict}`],
        answers: [],
        answered,
        missing: [],
        thumbnails: [thumbnail],
      });
    return {
      event,
      image,
      approved: reviewed('approved', 4),
      rejected: reviewed('rejected', 4),
      unsure: reviewed('needs-review', 3),
    };
  };
  return { userId, a: upload('a'), b: upload('b'), c: upload('c') };
}

type Heard = Parameters<typeof profiles.hear>[0];

async function hearAll(events: readonly Heard[]) {
  for (const event of events) await profiles.hear(event);
}

describe('a profile', () => {
  it('shows an upload as pending, and as the picture once it is approved', async () => {
    const { userId, a } = newUser();
    await profiles.hear(a.event);
    expect(await profiles.record(userId)).toMatchObject({
      upload: { image: a.image, status: 'pending', reasons: [] },
    });
    await profiles.hear(a.approved);
    expect(await profiles.record(userId)).toEqual({
      pk: userId,
      sk: 'profile',
      upload: { image: a.image, status: 'approved', reasons: [], rank: expect.any(String) },
      picture: { image: a.image, thumbnails: [thumbnail], rank: expect.any(String) },
    });
    expect(profiles.said(userId)).toEqual(['a.png: pending', 'a.png: approved']);
  });

  it('keeps the picture when a newer upload is rejected, with the reason', async () => {
    const { userId, a, b } = newUser();
    await hearAll([a.event, a.approved, b.event, b.rejected]);
    expect(await profiles.record(userId)).toMatchObject({
      upload: { image: b.image, status: 'rejected', reasons: ['b is rejected'] },
      picture: { image: a.image },
    });
  });

  it('never goes back to an older upload, approved late or replayed', async () => {
    const { userId, a, b } = newUser();
    await hearAll([b.event, b.approved]);
    const record = await profiles.record(userId);
    await hearAll([a.event, a.unsure, a.approved, b.event, b.approved]);
    expect(await profiles.record(userId)).toEqual(record);
    expect(profiles.said(userId)).toEqual(['b.png: pending', 'b.png: approved']);
  });

  it('shows an older upload that is approved while the newest is not', async () => {
    const { userId, a, b } = newUser();
    await hearAll([a.event, b.event, a.approved]);
    expect(await profiles.record(userId)).toMatchObject({
      upload: { image: b.image, status: 'pending' },
      picture: { image: a.image },
    });
    expect(profiles.said(userId)).toEqual(['a.png: pending', 'b.png: pending', 'a.png: approved']);
  });

  it('takes the verdict with more answers, whichever comes first', async () => {
    const { userId, a } = newUser();
    await hearAll([a.event, a.unsure, a.approved, a.unsure]);
    expect(await profiles.record(userId)).toMatchObject({
      upload: { status: 'approved' },
      picture: { image: a.image },
    });
    expect(profiles.said(userId)).toEqual(['a.png: pending', 'a.png: needs-review', 'a.png: approved']);
  });

  it('does not go back to pending when the upload is heard after its verdict', async () => {
    const { userId, a } = newUser();
    await hearAll([a.rejected, a.event]);
    expect(await profiles.record(userId)).toMatchObject({ upload: { status: 'rejected' } });
    expect(profiles.said(userId)).toEqual(['a.png: rejected']);
  });
});

it('says every change at least once and comes to the same record, whichever request a worker dies after', async () => {
  let deaths = 0;
  for (let diesAfter = 1, hasDied = true; hasDied; diesAfter += 1) {
    const { userId, a } = newUser();
    hasDied = false;
    for (const event of [a.event, a.unsure, a.approved]) {
      await profiles.hear(event, { diesAfter }).catch(async () => {
        hasDied = true;
        deaths += 1;
        await profiles.hear(event);
      });
    }
    expect(new Set(profiles.said(userId))).toEqual(
      new Set(['a.png: pending', 'a.png: needs-review', 'a.png: approved']),
    );
    const { upload, picture } = await profiles.record(userId);
    expect(upload).toMatchObject({ image: a.image, status: 'approved' });
    expect(upload).not.toHaveProperty('isUnsaid');
    expect(picture).not.toHaveProperty('isUnsaid');
  }
  expect(deaths).toBeGreaterThan(10);
});

const endings = {
  none: { verdicts: [], status: 'pending' },
  unsure: { verdicts: ['unsure'], status: 'needs-review' },
  rejected: { verdicts: ['unsure', 'rejected'], status: 'rejected' },
  approved: { verdicts: ['unsure', 'approved'], status: 'approved' },
} as const;

it('ends as the same record in any order, with any repeats, two at the same time', async () => {
  const ending = fc.constantFrom(...Object.values(endings));
  const uploads = fc.record({ a: ending, b: ending, c: ending });
  // More picks than there are events: shuffled, each at least once.
  const order = fc
    .tuple(fc.shuffledSubarray([...Array(9).keys()], { minLength: 9 }), fc.array(fc.nat(8), { maxLength: 9 }))
    .map(([all, repeats]) => [...repeats, ...all]);
  await fc.assert(
    fc.asyncProperty(uploads, order, fc.scheduler(), async (ends, picks, scheduler) => {
      const user = newUser();
      const names = ['a', 'b', 'c'] as const;
      const events = names.flatMap((name) => [
        user[name].event,
        ...ends[name].verdicts.map((verdict) => user[name][verdict]),
      ]);
      const turn = () => scheduler.schedule(Promise.resolve());
      const heard = picks.flatMap((pick) => events[pick] ?? []);
      for (let i = 0; i < heard.length; i += 2) {
        const pair = heard.slice(i, i + 2).map((event) => profiles.hear(event, { turn }));
        await scheduler.waitFor(Promise.all(pair));
      }

      const { upload, picture } = await profiles.record(user.userId);
      expect(upload).toMatchObject({ image: user.c.image, status: ends.c.status });
      const shown = names.findLast((name) => ends[name].status === 'approved');
      expect(picture).toEqual(shown && expect.objectContaining({ image: user[shown].image }));
      const last = `c.png: ${ends.c.status}`;
      expect(profiles.said(user.userId)).toEqual(
        expect.arrayContaining(shown ? [last, `${shown}.png: approved`] : [last]),
      );
    }),
    { numRuns: 30 },
  );
});

it('parks an upload that names no user', async () => {
  expect(await profiles.hear(uploaded({ key: 'profile-pictures//me.png' }))).toMatchObject({
    kind: 'park',
    reason: expect.stringContaining('names no user'),
  });
});
