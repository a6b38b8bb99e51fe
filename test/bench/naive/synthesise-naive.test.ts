import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { synthesiseNaive } from './synthesise-naive.ts';

let outdir: string;
let resources: { Type: string; Properties?: { Code?: { S3Key: string } } }[];

beforeAll(() => {
  outdir = mkdtempSync(join(tmpdir(), 'naive-'));
  synthesiseNaive({ outdir });
  resources = Object.values(JSON.parse(readFileSync(join(outdir, 'naive.template.json'), 'utf8')).Resources);
});

afterAll(() => rmSync(outdir, { recursive: true, force: true }));

it('is three functions, each behind its own queue and dead-letter queue', () => {
  const count = (type: string) => resources.filter(({ Type }) => Type === type).length;
  expect(count('AWS::Lambda::Function')).toBe(3);
  expect(count('AWS::Lambda::EventSourceMapping')).toBe(3);
  expect(count('AWS::SQS::Queue')).toBe(6);
  expect(count('AWS::Events::Rule')).toBe(2);
});

it('gives each function code of its own', () => {
  const codes = resources.flatMap(({ Properties }) => Properties?.Code?.S3Key ?? []);
  expect(new Set(codes).size).toBe(3);
});

it('needs no custom resource', () => {
  expect(resources.filter(({ Type }) => Type.startsWith('Custom::'))).toEqual([]);
});
