import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitedConsumers } from '../../../services/images/awaited-answers.ts';
import { done } from '../../../services/runtime/outcome.ts';
import { answers, faces, imageOf, refused, said, threat, thumbnail, uploaded } from './image-events.ts';
import { openReviews } from './open-reviews.ts';

let reviews: Awaited<ReturnType<typeof openReviews>>;
beforeAll(async () => {
  reviews = await openReviews();
});
afterAll(() => reviews.end());

function newPicture() {
  const upload = uploaded();
  const image = imageOf(upload);
  return { upload, image, said: () => reviews.said(image) };
}

async function items(imageId: string) {
  const { Items } = await reviews.client.send(
    new QueryCommand({
      TableName: reviews.tableName,
      KeyConditionExpression: 'pk = :image',
      ExpressionAttributeValues: { ':image': { S: imageId } },
    }),
  );
  return Items?.map(({ sk }) => sk?.S);
}

describe('a review', () => {
  it('is announced once, by the last answer', async () => {
    const { upload, image, said } = newPicture();
    await reviews.gather(upload);
    for (const answer of answers(image)) {
      expect(said()).toEqual([]);
      expect(await reviews.gather(answer)).toEqual(done());
    }
    expect(said()).toEqual([
      {
        image,
        verdict: 'approved',
        reasons: [],
        answers: awaitedConsumers.map((consumer) => ({ consumer, state: 'answered' })),
        answered: 4,
        missing: [],
        thumbnails: [thumbnail],
      },
    ]);
    expect(await items(image.imageId)).toEqual([
      'answer#detect-faces',
      'answer#make-thumbnails',
      'answer#moderate-image',
      'answer#scan-image',
      'review',
      'shard#0',
      'whole',
    ]);
  });

  it('is announced by the upload, when that is heard last', async () => {
    const { upload, image, said } = newPicture();
    for (const answer of answers(image)) await reviews.gather(answer);
    expect(said()).toEqual([]);
    await reviews.gather(upload);
    expect(said()).toMatchObject([{ verdict: 'approved', answered: 4 }]);
  });

  it('is not said again for what is heard again, on the day or in a replay', async () => {
    const { upload, image, said } = newPicture();
    const events = [upload, ...answers(image)];
    for (const event of [...events, ...events, ...events.toReversed()]) await reviews.gather(event);
    await reviews.close(upload);
    expect(said()).toHaveLength(1);
  });

  it('keeps the first answer of a consumer', async () => {
    const { upload, image, said } = newPicture();
    for (const event of [...answers(image), faces(image, 7), upload]) {
      await reviews.gather(event);
    }
    expect(said()).toMatchObject([{ verdict: 'approved' }]);
  });

  it('of a threat tells of the threat, not of what quarantine did to the others', async () => {
    const { upload, image, said } = newPicture();
    const late = (['ThumbnailsMade.v1', 'ImageModerated.v1', 'FacesDetected.v1'] as const).map((type) =>
      refused(type, image, 'gone'),
    );
    for (const event of [upload, ...late, threat(image)]) await reviews.gather(event);
    expect(said()).toMatchObject([
      {
        verdict: 'rejected',
        reasons: ['The EICAR test file (yara-x found eicar_test_file)'],
        answers: [{ state: 'refused' }, { state: 'answered' }, { state: 'refused' }, { state: 'refused' }],
      },
    ]);
  });

  it('of a text file ends with one reason', async () => {
    const { upload, image, said } = newPicture();
    const refusals = answers(image).map(({ 'detail-type': type }) =>
      refused(type, image, 'not-an-image', 'the file is a text'),
    );
    for (const event of [upload, ...refusals]) await reviews.gather(event);
    expect(said()).toMatchObject([{ verdict: 'rejected', reasons: ['the file is a text'], answered: 4 }]);
  });
});

describe('the deadline', () => {
  it('changes nothing when all answers are in', async () => {
    const { upload, image, said } = newPicture();
    for (const event of [upload, ...answers(image)]) await reviews.gather(event);
    expect(await reviews.close(upload)).toEqual(done());
    expect(said()).toHaveLength(1);
  });

  it('announces what is known and names who is missing; the late answer announces again', async () => {
    const { upload, image, said } = newPicture();
    const [first, second, third, fourth] = answers(image);
    for (const event of [upload, first, second]) if (event) await reviews.gather(event);
    await reviews.close(upload);
    await reviews.close(upload);
    expect(said()).toMatchObject([
      {
        verdict: 'needs-review',
        reasons: ['moderate-image did not answer in time', 'detect-faces did not answer in time'],
        answered: 2,
        missing: ['moderate-image', 'detect-faces'],
      },
    ]);
    for (const event of [fourth, fourth, third, third]) if (event) await reviews.gather(event);
    expect(said().slice(1)).toMatchObject([
      { verdict: 'needs-review', answered: 3, missing: ['moderate-image'] },
      { verdict: 'approved', answered: 4, missing: [], reasons: [] },
    ]);
    await reviews.close(upload);
    expect(said()).toHaveLength(3);
  });

  it('rejects at once what an answer already rejects', async () => {
    const { upload, image, said } = newPicture();
    for (const event of [upload, threat(image)]) await reviews.gather(event);
    await reviews.close(upload);
    expect(said()).toMatchObject([{ verdict: 'rejected', answered: 1, thumbnails: [] }]);
  });

  it('ends a review of which gather-verdict has heard nothing', async () => {
    const { upload, image, said } = newPicture();
    await reviews.close(upload);
    expect(said()).toMatchObject([{ verdict: 'needs-review', answered: 0, missing: awaitedConsumers }]);
    for (const event of [upload, ...answers(image)]) await reviews.gather(event);
    expect(said().at(-1)).toMatchObject({ verdict: 'approved', answered: 4 });
  });

  it('announces a verdict that gather-verdict died before announcing', async () => {
    const { upload, image, said } = newPicture();
    for (const event of answers(image)) await reviews.gather(event);
    // When the fan-in knows that all is in, and nobody else does.
    await expect(reviews.gather(upload, { diesAfter: 4 })).rejects.toThrow('died');
    expect(said()).toEqual([]);
    await reviews.close(upload);
    expect(said()).toMatchObject([{ verdict: 'approved', answered: 4 }]);
  });
});

describe('the list of whom a verdict waits for', () => {
  const more = [...awaitedConsumers, 'detect-pets'];

  it('stays what it was at the start of a review, when one is added', async () => {
    const { upload, image, said } = newPicture();
    const [first, ...others] = answers(image);
    if (first) await reviews.gather(first);
    for (const event of [upload, ...others]) await reviews.gather(event, { awaited: more });
    expect(said()).toMatchObject([{ verdict: 'approved', answered: 4, missing: [] }]);
  });

  it('counts the one that was added from the next picture on', async () => {
    const { upload, image, said } = newPicture();
    for (const event of [upload, ...answers(image)]) await reviews.gather(event, { awaited: more });
    expect(said()).toEqual([]);
    await reviews.close(upload);
    expect(said()).toMatchObject([{ verdict: 'needs-review', answered: 4, missing: ['detect-pets'] }]);
  });

  it('stays what it was when one is taken away; its answer changes no later review', async () => {
    const fewer = awaitedConsumers.slice(1);
    const [before, after] = [newPicture(), newPicture()];
    await reviews.gather(before.upload);
    for (const { upload, image } of [before, after]) {
      for (const event of [upload, ...answers(image)]) await reviews.gather(event, { awaited: fewer });
    }
    expect(before.said()).toMatchObject([{ verdict: 'approved', answered: 4 }]);
    expect(after.said()).toMatchObject([{ verdict: 'approved', answered: 3 }]);
    expect(await items(after.image.imageId)).not.toContain('answer#make-thumbnails');
  });
});

it.each(['gather', 'close'] as const)('parks an upload that names no user (%s)', async (consumer) => {
  expect(await reviews[consumer](uploaded({ key: 'profile-pictures//me.png' }))).toEqual({
    kind: 'park',
    reason:
      'the key "profile-pictures//me.png" names no user of 1 to 128 characters: upload to profile-pictures/<userId>/<name>',
  });
});

it('parks an answer that says nothing', async () => {
  const { image } = newPicture();
  expect(await reviews.gather(said('ImageScanned.v1', { image, tookMs: 1 }))).toMatchObject({ kind: 'park' });
  expect(await items(image.imageId)).toEqual([]);
});
