import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { synthesiseSystem } from '../../tools/synthesise-system.ts';

const root = mkdtempSync(join(tmpdir(), 'synthesise-system-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Notes each of its runs; in stage qat it does not end, in prd a source changes while it runs. */
const app = `
  import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
  const { CDK_CONTEXT_JSON, CDK_OUTDIR } = process.env;
  const { stage, overrides } = JSON.parse(CDK_CONTEXT_JSON);
  mkdirSync(CDK_OUTDIR, { recursive: true });
  const shop = { type: 'aws:cloudformation:stack', environment: 'aws://unknown-account/unknown-region' };
  const artifacts = { shop: { ...shop, properties: { templateFile: 'shop.json' } } };
  writeFileSync(CDK_OUTDIR + '/manifest.json', JSON.stringify({ version: '36.0.0', artifacts }));
  writeFileSync(CDK_OUTDIR + '/shop.json', '{}');
  appendFileSync('runs.txt', stage + ' ' + overrides + '\\n');
  if (stage === 'qat') setInterval(() => {}, 60_000);
  if (stage === 'prd') writeFileSync('infra/added.ts', '');
`;
mkdirSync(join(root, 'infra'));
writeFileSync(join(root, 'infra/app.mjs'), app);
writeFileSync(join(root, 'cdk.json'), '{"app":"node infra/app.mjs"}');

const runs = () => {
  const file = join(root, 'runs.txt');
  return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
};

it('synthesises once for the same sources, stage and overrides', async () => {
  const first = await synthesiseSystem({ root });
  expect(readdirSync(first.assembly)).toContain('shop.json');
  expect(first.isUnchanged).toBe(false);
  expect(await synthesiseSystem({ root })).toEqual({ ...first, isUnchanged: true });

  const other = await synthesiseSystem({ root, overrides: { count: { memoryMb: 256 } } });
  expect(other.assembly).not.toBe(first.assembly);
  expect(runs()).toEqual(['dev {}', 'dev {"count":{"memoryMb":256}}']);

  writeFileSync(join(root, 'infra/app.mjs'), `${app} // Changed.`);
  expect((await synthesiseSystem({ root })).isUnchanged).toBe(false);
});

it('keeps nothing of a synthesis that is ended', async () => {
  const stop = new AbortController();
  const synthesis = synthesiseSystem({ root, stage: 'qat', signal: stop.signal });
  await expect.poll(runs, { timeout: 20_000 }).toContain('qat {}');
  const cache = join(root, 'node_modules/.cache/fanbus');
  const kept = readdirSync(join(cache, 'assemblies'));
  stop.abort(new Error('stopped'));
  await expect(synthesis).rejects.toThrow('stopped');
  expect(readdirSync(join(cache, 'assemblies'))).toEqual(kept);
  expect(readdirSync(join(cache, 'assemblies-unfinished'))).toEqual([]);
});

it('finds again nothing that was made while a source changed', async () => {
  expect(await synthesiseSystem({ root, stage: 'prd' })).toMatchObject({ isUnchanged: false });
  rmSync(join(root, 'infra/added.ts'));
  expect(await synthesiseSystem({ root, stage: 'prd' })).toMatchObject({ isUnchanged: false });
});
