import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BundledFunction } from '../../../infra/constructs/function.ts';
import { subscriptionDefaults } from '../../../services/runtime/subscription.ts';
import { type LocalAws, startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { testStage } from '../fixture/test-stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'native-bundle-test-'));
const outdir = join(folder, 'out');
let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
  await aws.deploy(synthesise());
});
afterAll(async () => {
  await aws.close();
  rmSync(folder, { recursive: true });
});

/** A function that makes thumbnails with sharp, for the processor of this machine. */
function synthesise(): string {
  const app = new App({ outdir, analyticsReporting: false });
  new BundledFunction(new Stack(app, 'thumbnails'), 'Function', {
    ...subscriptionDefaults,
    name: 'make-thumbnail',
    description: 'Answers a thumbnail',
    entry: new URL('../fixture/make-thumbnail/handler.ts', import.meta.url),
    architecture: process.arch === 'arm64' ? 'arm64' : 'x86_64',
    nativePackages: ['sharp'],
    files: { pictures: 'tools/demo/pictures' },
    environment: {},
    hearsItself: false,
    stage: testStage(),
  });
  app.synth();
  return outdir;
}

it('runs native code on a file that came along', async () => {
  const { functionError, payload } = await aws.functions.invoke('make-thumbnail', '{"size":64}');
  expect(functionError).toBeUndefined();
  expect(await sharp(Buffer.from(JSON.parse(payload), 'base64')).metadata()).toMatchObject({
    format: 'webp',
    width: 64,
    height: 64,
  });
});

it('brings along what runs, and its licences: nothing for people, compilers or other processors', () => {
  const files = globSync('asset.*/**', { cwd: outdir }).map((file) => file.replace(/^[^/]*\//, ''));
  expect(files).toContain('node_modules/sharp/dist/index.cjs');
  expect(files).toContain('node_modules/sharp/LICENSE');
  expect(files.filter((file) => /\.([cm]?ts|map|md|cc|h|gyp)$/.test(file)).sort()).toEqual([
    'node_modules/@img/colour/LICENSE.md',
    'pictures/README.md',
  ]);
  expect(files.filter((file) => /^node_modules\/@img\/[^/]+$/.test(file))).toHaveLength(3);
});
