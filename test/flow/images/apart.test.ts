import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { photo } from '../../pictures/index.ts';
import { awaited, type ImagesFlow, openImagesFlow } from '../open-images-flow.ts';

let flow: ImagesFlow;
/** Small, so that it is quick to work on. */
const portrait = await sharp(photo('portrait.png')).resize(160).jpeg().toBuffer();

beforeAll(async () => {
  flow = await openImagesFlow();
});
afterAll(() => flow.close());

const others = (consumer: string) => awaited.filter((one) => one !== consumer);

function expectMissing(key: string, consumer: string): void {
  const verdict = flow.verdict(key);
  expect(verdict).toMatchObject({
    verdict: 'needs-review',
    missing: [consumer],
    answered: awaited.length - 1,
  });
  expect(verdict?.reasons).toEqual([`${consumer} did not answer in time`]);
  for (const one of others(consumer)) {
    expect(verdict?.answers).toContainEqual({ consumer: one, state: 'answered' });
  }
}

function expectApproved(key: string): void {
  expect(flow.verdict(key)).toMatchObject({ verdict: 'approved', missing: [], answered: awaited.length });
}

describe.each(awaited)('%s', (consumer) => {
  it('crashes: all others finish, the verdict names it, and put back it catches up', async () => {
    const subject = flow.names.consumer(consumer);
    const heal = flow.aws.faults.inject({ hop: 'function', effect: 'crash', subject, afterRequests: 0 });
    const key = await flow.upload(portrait, { user: `crash-${consumer}` });
    await flow.untilQuiet();
    expectMissing(key, consumer);

    heal();
    expect(await flow.redrive(consumer)).toBe(1);
    await flow.untilQuiet();
    expectApproved(key);
    expect((await flow.profile(`crash-${consumer}`))?.picture?.M?.image?.M?.key?.S).toBe(key);
  });

  it('is switched off: all others finish, the verdict names it, and switched on it catches up', async () => {
    await flow.pause(consumer);
    const key = await flow.upload(portrait, { user: `off-${consumer}` });
    await flow.untilQuiet({ switchedOff: [consumer] });
    expectMissing(key, consumer);

    flow.resume(consumer);
    await flow.untilQuiet();
    expectApproved(key);
  });

  it('hangs: all others finish, the verdict names it, and when it works again it catches up', async () => {
    const subject = flow.names.consumer(consumer);
    const heal = flow.aws.faults.inject({ hop: 'function', effect: 'delay', subject, ms: 900_000 });
    const key = await flow.upload(portrait, { user: `hang-${consumer}` });
    await flow.untilQuiet();
    expectMissing(key, consumer);

    heal();
    expect(await flow.redrive(consumer)).toBe(1);
    await flow.untilQuiet();
    expectApproved(key);
  });
});

describe.each(['gather-verdict', 'update-profile'])('%s', (consumer) => {
  it('is switched off: the services finish, and switched on it catches up', async () => {
    await flow.pause(consumer);
    const key = await flow.upload(portrait, { user: `off-${consumer}` });
    await flow.untilQuiet({ switchedOff: [consumer] });
    for (const type of [
      'ThumbnailsMade.v1',
      'ImageScanned.v1',
      'ImageModerated.v1',
      'FacesDetected.v1',
    ] as const) {
      expect(flow.heard(type, key)).toHaveLength(1);
    }
    flow.resume(consumer);
    await flow.untilQuiet();
    expectApproved(key);
    expect((await flow.profile(`off-${consumer}`))?.picture?.M?.image?.M?.key?.S).toBe(key);
  });
});
