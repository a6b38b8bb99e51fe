import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { afterAll, expect, it } from 'vitest';
import { bundle } from '../../../infra/constructs/bundle.ts';
import { subscriptionDefaults } from '../../../services/runtime/subscription.ts';

const outdir = mkdtempSync(join(tmpdir(), 'fanbus-bundle-test-'));
afterAll(() => rmSync(outdir, { recursive: true }));

it('is one CommonJS file in the cloud assembly that exports the handler', async () => {
  bundle({
    ...subscriptionDefaults,
    entry: new URL('../fixture/hear-completions/handler.ts', import.meta.url),
  }).bind(new Stack(new App({ outdir }), 'stack'));
  const [asset = ''] = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  expect(readdirSync(join(outdir, asset))).toEqual(['index.js']);
  const { handler } = createRequire(import.meta.url)(join(outdir, asset, 'index.js'));
  expect(await handler()).toEqual({ batchItemFailures: [] });
});

it('refuses a handler that is not there', () => {
  expect(() => bundle({ ...subscriptionDefaults, entry: new URL('no-handler.ts', import.meta.url) })).toThrow(
    /no-handler\.ts/,
  );
});
