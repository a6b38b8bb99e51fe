import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../../tools/codegen/generate.ts';
import { openSchemas } from './open-schemas.ts';

const repository = join(import.meta.dirname, '../../..');

const filesOf = (root: string, pattern: string) =>
  Object.fromEntries(
    globSync(pattern, { cwd: root })
      .sort()
      .map((path) => [path, readFileSync(join(root, path), 'utf8')]),
  );

describe('codegen', () => {
  it('makes a type, a contract and a validator of each event', async () => {
    const root = openSchemas();
    const { events, changed } = await generate(root);
    expect(events).toBe(globSync('schemas/*.*/*.json', { cwd: root }).length);
    expect(changed).toEqual(
      expect.arrayContaining([
        'generated/event-map.ts',
        'generated/events/metadata.ts',
        'generated/events/object-created.ts',
        'generated/events/task-rows-read-v1.ts',
        'generated/validators/task-rows-read-v1.js',
        'generated/validators/task-rows-read-v1.d.ts',
        'docs/events.md',
        'docs/openapi.json',
        'generated/http/routes.ts',
        'generated/http/tasks.ts',
        'generated/http/validators/tasks.js',
      ]),
    );
  });

  it('makes a contract of any event of ours, which does not change with their schemas', async () => {
    const root = openSchemas();
    await generate(root);
    const before = filesOf(root, 'generated/*/own-event.*');
    expect(Object.keys(before)).toHaveLength(3);
    rmSync(join(root, 'schemas/fanbus.tasks'), { recursive: true });
    await generate(root);
    expect(filesOf(root, 'generated/*/own-event.*')).toEqual(before);
  });

  it('gives the same bytes wherever it runs, and leaves the schemas alone', async () => {
    const [one, other] = [openSchemas(), openSchemas()];
    const before = filesOf(one, 'schemas/**/*.json');
    await generate(one);
    await generate(other);
    expect(filesOf(one, '{generated,docs}/**/*.*')).toEqual(filesOf(other, '{generated,docs}/**/*.*'));
    expect(filesOf(one, 'schemas/**/*.json')).toEqual(before);
    expect(Object.keys(before).length).toBeGreaterThan(3);
  });

  it('writes only what changed and removes what is no longer made', async () => {
    const root = openSchemas();
    await generate(root);
    expect((await generate(root)).changed).toEqual([]);

    const folder = join(root, 'schemas/fanbus.tasks');
    renameSync(join(folder, 'TaskFileFailed.v1.json'), join(folder, 'TaskFileFailed.v2.json'));
    expect([...(await generate(root)).changed].sort()).toEqual([
      'docs/events.md',
      'generated/event-map.ts',
      'generated/events/task-file-failed-v1.ts',
      'generated/events/task-file-failed-v2.ts',
      'generated/validators/task-file-failed-v1.d.ts',
      'generated/validators/task-file-failed-v1.js',
      'generated/validators/task-file-failed-v2.d.ts',
      'generated/validators/task-file-failed-v2.js',
    ]);
  });

  it('has run since docs/events.md and docs/openapi.json were last committed', async () => {
    const root = openSchemas();
    await generate(root);
    for (const page of ['docs/events.md', 'docs/openapi.json']) {
      expect(readFileSync(join(repository, page), 'utf8')).toBe(readFileSync(join(root, page), 'utf8'));
    }
  });

  it('makes modules that need no package and compile nothing', async () => {
    const root = openSchemas();
    await generate(root);
    const modules = globSync('generated/events/*-v1.ts', { cwd: root });
    expect(modules.length).toBeGreaterThan(3);
    writeFileSync(join(root, 'package.json'), '{ "type": "module" }');
    const script = `
      for (const path of ${JSON.stringify(modules)}) {
        const [contract] = Object.values(await import(${JSON.stringify(`${root}/`)} + path));
        console.log(contract.validate({ metadata: {} }), contract.validate.errors[0].message);
      }`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--disallow-code-generation-from-strings', '--input-type=module', '-e', script],
      { cwd: root, encoding: 'utf8' },
    );
    expect(stderr).toBe('');
    expect(stdout).toBe("false must have required property 'data'\n".repeat(modules.length));
  });
});

describe('fanbus codegen', () => {
  it('says what it did', () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(repository, 'tools/fanbus.mjs'), 'codegen'],
      {
        encoding: 'utf8',
      },
    );
    expect(stdout).toMatch(/^\d+ events; (nothing changed|wrote .+)\n$/);
    expect(status).toBe(0);
  });
});
