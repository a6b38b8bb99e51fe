import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { listPictures } from '../../../../tools/demo/images/list-pictures.ts';
import { runImagesDemo } from '../../../../tools/demo/images/run-images-demo.ts';
import { listenerPrefix } from '../../../../tools/listener-tags.ts';
import { type System, startSystem } from '../../../../tools/start-system.ts';
import { distinct } from '../../../pictures/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'demo-pictures-'));
let system: System;
beforeAll(async () => {
  for (const n of [0, 1]) writeFileSync(join(folder, `${n}.jpg`), await distinct(n));
  system = await startSystem();
});
afterAll(async () => {
  await system.close();
  rmSync(folder, { recursive: true });
});

/** A pipe in place of the screen. */
function openScreen() {
  const screen = new PassThrough({ encoding: 'utf8' });
  return { screen: screen as unknown as NodeJS.WriteStream, shown: (): string => screen.read() ?? '' };
}

async function run(signal = new AbortController().signal, path = folder) {
  const { screen, shown } = openScreen();
  const outcome = await runImagesDemo({ system, pictures: await listPictures([path]), screen, signal });
  return { outcome, shown: shown() };
}

const listeners = () => system.aws.queues.list().filter(({ name }) => name.startsWith(listenerPrefix));

describe('the demo of pictures', { timeout: 90_000 }, () => {
  it('steps the clock to the deadline for a service that dies of every picture, and says who is missing', async () => {
    const heal = system.aws.faults.inject({
      hop: 'function',
      effect: 'crash',
      afterRequests: 0,
      subject: system.names.consumer('detect-faces'),
    });
    const { outcome, shown } = await run();
    heal();
    expect(outcome.problem).toBeUndefined();
    expect(outcome.steppedSeconds).toBeGreaterThanOrEqual(300);
    expect(shown).toContain('2 of 2 without a verdict: the engine');
    for (const { record, services, seconds } of outcome.pictures) {
      expect(record.review?.missing).toEqual(['detect-faces']);
      expect(seconds).toBeGreaterThan(0);
      const states = services.map(({ service, answer, queuedAt }) => [
        service.consumer,
        answer?.event,
        queuedAt,
      ]);
      expect(states).toContainEqual(['make-thumbnails', 'ThumbnailsMade.v1', expect.any(Number)]);
      expect(states).toContainEqual(['detect-faces', undefined, expect.any(Number)]);
    }
    expect(listeners()).toEqual([]);
  });

  it('shows a line for each answer in a pipe, what it would cost, and that the API says the same', async () => {
    const { outcome, shown } = await run();
    expect(outcome.steppedSeconds).toBe(0);
    expect(shown).toMatch(/^ {2}0\.jpg +make-thumbnails +✔ 12 made {2}\d+ ms$/m);
    expect(shown).toMatch(/^ {2}1\.jpg +verdict +✘ rejected$/m);
    expect(outcome.events.get('ImageReviewed.v1')).toBe(2);
    expect(outcome.costUsd).toBeGreaterThan(0);
    expect(outcome.problem).toBeUndefined();
    for (const { record, image } of outcome.pictures) {
      expect(image).toMatchObject({
        id: record.imageId,
        uploadId: record.upload?.uploadId,
        userId: record.picture.user,
        status: 'rejected',
      });
    }
    expect(listeners()).toEqual([]);
  });

  it('says at once of a picture that S3 does not take that it is rejected', async () => {
    const empty = join(folder, '../', `${basename(folder)}-empty.jpg`);
    writeFileSync(empty, '');
    onTestFinished(() => rmSync(empty));
    const { outcome, shown } = await run(undefined, empty);
    expect(outcome.problem).toBeUndefined();
    expect(outcome.steppedSeconds).toBe(0);
    expect(outcome.pictures[0]?.record.review).toMatchObject({
      verdict: 'rejected',
      reasons: ['Your proposed upload is smaller than the minimum allowed size (EntityTooSmall)'],
    });
    expect(shown).toMatch(/-empty\.jpg +verdict +✘ rejected$/m);
  });

  it('ends at once when it is told to, and takes its listener away', async () => {
    const stop = new AbortController();
    const running = run(stop.signal);
    await system.aws.observations.waitFor('enqueued', ({ queue }) => queue.startsWith(listenerPrefix));
    stop.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
    expect(listeners()).toEqual([]);
  });
});
