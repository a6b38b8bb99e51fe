import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { addStacks } from '../../infra/app.ts';
import type { Stage } from '../../infra/stage.ts';
import { HearCompletionsStack } from './fixture/hear-completions/hear-completions-stack.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const work = mkdtempSync(join(tmpdir(), 'fanbus-app-test-'));
const fromCli = join(work, 'cli');

beforeAll(() => {
  execFileSync('npx', ['cdk', 'synth', '--quiet', '--no-notices', '--output', fromCli], {
    cwd: root,
    // Which the tests leave out elsewhere.
    env: { ...process.env, CDK_VALIDATION: 'true' },
    stdio: 'pipe',
  });
});
afterAll(() => rmSync(work, { recursive: true }));

it('passes the AwsSolutions checks and CloudFormation’s own rules in cdk synth, with a warning that there is no issuer', () => {
  const { pluginReports } = JSON.parse(readFileSync(join(fromCli, 'validation-report.json'), 'utf8'));
  expect(pluginReports).toMatchObject([
    {
      pluginName: 'Construct Annotations',
      conclusion: 'success',
      violations: [{ ruleName: 'Annotation::fanbus:placeholderIssuer', severity: 'warning' }],
    },
  ]);
});

it('refuses a template that the checks find fault with', () => {
  expect(() =>
    synthesiseWith(join(work, 'faulty'), (app) => new Bucket(new Stack(app, 'faulty'), 'Open')),
  ).toThrow(/AwsSolutions-S10/);
});

it('refuses an unknown stage with a sentence and no stack', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'infra/app.ts')], {
    encoding: 'utf8',
    env: { ...process.env, CDK_CONTEXT_JSON: '{"stage":"prod"}' },
  });
  expect(stderr).toBe('no stage "prod": the stages are dev, qat, prd. Name one with -c stage=dev.\n');
  expect(status).toBe(1);
});

it('synthesises the same from any folder in process', () => {
  const outdir = join(work, 'in-process');
  const module = new URL('../../infra/synthesise.ts', import.meta.url);
  const script = `import { synthesise } from ${JSON.stringify(module)}; synthesise({ outdir: ${JSON.stringify(outdir)} });`;
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], {
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect(output).toBe('');
  expect(templates(outdir)).toEqual(templates(fromCli));
});

it('deploys the stages side by side: nothing of one has the name of another', () => {
  const outdir = join(work, 'qat');
  synthesiseWith(outdir, undefined, { stage: 'qat' });
  expect(JSON.stringify(templates(outdir))).not.toContain('fanbus-dev');
});

it('adds a consumer and leaves every other template as it was, byte for byte', () => {
  const outdir = join(work, 'one-more');
  synthesiseWith(outdir, (app, stage) => new HearCompletionsStack(app, stage));
  const { 'hear-completions.template.json': added, ...others } = templates(outdir);
  expect(added).toContain('fanbus-dev-hear-completions');
  expect(others).toEqual(templates(fromCli));
});

it('couples stacks by name only', () => {
  for (const [file, template] of Object.entries(templates(fromCli))) {
    expect(template, file).not.toContain('Fn::ImportValue');
    expect(JSON.parse(template), file).not.toHaveProperty('Outputs');
    expect(JSON.parse(template), file).not.toHaveProperty('Parameters');
  }
});

it('bundles each function under 1 MB, but 6 MB where TensorFlow and a model are in it', () => {
  const bundles = globSync('asset.*/index.js', { cwd: fromCli });
  expect(bundles.length).toBeGreaterThan(9);
  for (const bundle of bundles) {
    const runsModel = existsSync(join(fromCli, bundle, '../tfjs-backend-wasm-simd.wasm'));
    const megabytes = statSync(join(fromCli, bundle)).size / 1e6;
    expect(megabytes, bundle).toBeLessThan(runsModel ? 6 : 1);
  }
});

function synthesiseWith(
  outdir: string,
  add?: (app: App, stage: Stage) => unknown,
  context: { readonly stage?: string } = {},
): void {
  const app = new App({ outdir, context: { ...cdkJson.context, ...context } });
  const stage = addStacks(app);
  add?.(app, stage);
  app.synth();
}

function templates(outdir: string): Record<string, string> {
  const files = globSync('*.template.json', { cwd: outdir }).sort();
  expect(files.length).toBeGreaterThanOrEqual(5);
  return Object.fromEntries(files.map((file) => [file, readFileSync(join(outdir, file), 'utf8')]));
}
