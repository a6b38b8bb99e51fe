import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { routes } from '../../../../generated/http/routes.ts';

const root = join(import.meta.dirname, '../../../..');
const file = join(root, 'docs/openapi.json');
const document = JSON.parse(readFileSync(file, 'utf8'));

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

const operations: readonly Operation[] = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods as object),
);

describe('docs/openapi.json', () => {
  it('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every operation, of which one takes no token', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      routes.map(({ operationId }) => operationId).sort(),
    );
    const open = operations.filter(({ security }) => security?.length === 0);
    expect(open.map(({ operationId }) => operationId)).toEqual(['getHealth']);
    expect(document.security).toEqual([{ token: [] }]);
  });

  it('says of every operation how it refuses', () => {
    for (const { operationId, responses } of operations) {
      const problems = Object.entries(responses).filter(
        ([, { content = {} }]) => 'application/problem+json' in content,
      );
      expect(
        problems.map(([status]) => status),
        operationId,
      ).toEqual(expect.arrayContaining(['400', '500']));
      expect(Object.keys(responses), operationId).toContain('429');
    }
  });

  it('has the Idempotency-Key in every POST, and If-None-Match wherever there is an ETag to ask with', () => {
    const taking = (header: string) =>
      operations
        .filter(({ parameters = [] }) => parameters.some(({ name }) => name === header))
        .map(({ operationId }) => operationId)
        .sort();
    const posts = routes.filter(({ method }) => method === 'POST');
    expect(taking('Idempotency-Key')).toEqual(posts.map(({ operationId }) => operationId).sort());
    expect(taking('If-None-Match')).toEqual(['getImage', 'getOpenapi', 'getTask', 'getTaskFile', 'getUser']);
  });
});

it('lets a stranger make a client of it that compiles, and refuses what the API would', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-client-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const cli = join(root, 'test/clients/openapi/node_modules/openapi-typescript/bin/cli.js');
  const made = spawnSync(process.execPath, [cli, file, '-o', join(folder, 'api.ts')], { encoding: 'utf8' });
  expect(made.status, made.stderr).toBe(0);
  writeFileSync(join(folder, 'client.ts'), client);
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        module: 'nodenext',
        target: 'es2024',
        allowImportingTsExtensions: true,
        types: [],
      },
    }),
  );
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

const client = `
import type { components, operations, paths } from './api.ts';

type NewTask = paths['/tasks']['post']['requestBody']['content']['application/json'];
export const good: NewTask = { title: 'Sing', dueAt: '2026-12-01T09:00:00+01:00', isComplete: false };
// @ts-expect-error a task has a title
export const untitled: NewTask = { isComplete: false };
// @ts-expect-error there is no such field
export const misspelt: NewTask = { title: 'Sing', isComplete: false, duAt: '2026-12-01' };

type Progress = operations['getTaskFile']['responses'][200]['content']['application/json'];
export const share = ({ processed, total }: Progress): number => processed / (total ?? processed);

type Problem = components['schemas']['Problem'];
export const pointers = ({ errors = [] }: Problem): string[] => errors.map(({ pointer }) => pointer);

type Event = paths['/events']['post']['requestBody']['content']['application/json']['events'][number];
export const typeOf = ({ type }: Event): string => type;
`;
