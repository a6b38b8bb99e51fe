import { afterAll, beforeAll, expect, it } from 'vitest';
import { subscription as detectFaces } from '../../../services/images/detect-faces/subscription.ts';
import { subscription as makeThumbnails } from '../../../services/images/make-thumbnails/subscription.ts';
import { subscription as moderateImage } from '../../../services/images/moderate-image/subscription.ts';
import { subscription as scanImage } from '../../../services/images/scan-image/subscription.ts';
import { distinct } from '../../pictures/index.ts';
import { awaited, type ImagesFlow, openImagesFlow } from '../open-images-flow.ts';

const PICTURES = 200;
const isWhole = (n: number) => n % 4 === 0;
let flow: ImagesFlow;

beforeAll(async () => {
  flow = await openImagesFlow();
});
afterAll(() => flow.close());

it('lets 200 pictures at once wait in the queues, and answers each, once', { timeout: 240_000 }, async () => {
  const limits = [makeThumbnails, scanImage, moderateImage, detectFaces].map(
    ({ name, batch }) => [flow.names.consumer(name), batch.maxConcurrency, batch.size] as const,
  );
  const [running, most, longest] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const count = (name: string, change: number) => {
    const now = (running.get(name) ?? 0) + change;
    running.set(name, now);
    most.set(name, Math.max(most.get(name) ?? 0, now));
  };
  flow.aws.observations.on('received', ({ queue, caller, messageIds }) => {
    if (caller === 'lambda.amazonaws.com') count(queue, messageIds.length);
    const depth =
      flow.aws.queues
        .list()
        .find(({ name }) => name === queue)
        ?.depth().visible ?? 0;
    longest.set(queue, Math.max(longest.get(queue) ?? 0, depth));
  });
  flow.aws.observations.on('settled', ({ queue, done, failed }) =>
    count(queue, -(done.length + failed.length)),
  );

  // Three of four are cut off: they wait, are read and are answered like the others, and spare the models 150 pictures.
  const pictures = await Promise.all(
    Array.from({ length: PICTURES }, async (_, n) => {
      const picture = await distinct(n);
      return isWhole(n) ? picture : picture.subarray(0, picture.length - 100);
    }),
  );
  const keys = await Promise.all(pictures.map((picture, n) => flow.upload(picture, { user: `user-${n}` })));
  await flow.untilQuiet();

  for (const [n, key] of keys.entries()) {
    // No face in any of them: rejected, but answered by all.
    expect(flow.verdict(key)).toMatchObject({ verdict: 'rejected', missing: [], answered: awaited.length });
    for (const type of [
      'ThumbnailsMade.v1',
      'ImageScanned.v1',
      'ImageModerated.v1',
      'FacesDetected.v1',
    ] as const) {
      expect(flow.heard(type, key), `${type} of ${key}`).toHaveLength(1);
    }
    const [faces] = flow.heard('FacesDetected.v1', key);
    expect(faces?.detail.data.result?.count, key).toBe(isWhole(n) ? 0 : undefined);
    expect(flow.heard('ImageReviewed.v1', key), key).toHaveLength(1);
  }
  expect(new Set(keys.map((key) => flow.verdict(key)?.image.imageId)).size).toBe(PICTURES);
  expect(await flow.scan(flow.names.usersTable)).toHaveLength(PICTURES);
  for (const [name, maxConcurrency, size] of limits) {
    expect(most.get(name), name).toBeLessThanOrEqual(maxConcurrency * size);
    expect(longest.get(name), name).toBeGreaterThan(maxConcurrency * size);
  }
  for (const queue of flow.aws.queues.list().filter(({ name }) => name.endsWith('-dlq'))) {
    expect(queue.depth().visible, queue.name).toBe(0);
  }
});
