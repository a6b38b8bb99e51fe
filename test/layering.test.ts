import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

/** What each folder may import besides itself; the longest folder that a file lies in is the one that counts. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  generated: ['schemas'],
  'services/runtime': ['schemas', 'generated'],
  services: ['schemas', 'generated'],
  infra: ['schemas', 'generated', 'services', 'cdk.json'],
  // The engine refuses what a person can put right in the same way as the rest of the tools.
  'tools/local': ['tools/user-error.ts'],
  tools: ['schemas', 'generated', 'services', 'infra'],
};

const files = globSync('{schemas,services,infra,tools}/**/*.{ts,mts,mjs,cjs,js}', { cwd: root });

it('finds files of every layer that has code', () => {
  for (const folder of ['services/runtime', 'services/tasks', 'infra', 'tools/local', 'tools']) {
    expect(
      files.filter((file) => folderOf(file) === folder || file.startsWith(`${folder}${sep}`)),
    ).not.toEqual([]);
  }
  expect(files.flatMap(importsOf).length).toBeGreaterThan(files.length);
});

it('imports one way: schemas ← services ← infra ← tools, and tools/local nothing of the others', () => {
  expect(
    files.flatMap((file) =>
      importsOf(file)
        .filter((to) => !isAllowed(file, to))
        .map((to) => `${file} → ${to}`),
    ),
  ).toEqual([]);
});

it('keeps a subscription data: its imports are types, and what its domain shares that needs no AWS', () => {
  const subscriptions = files.filter(
    (file) => /^services\/.*\/subscription\.ts$/.test(file) && !file.includes('runtime'),
  );
  expect(subscriptions).not.toEqual([]);
  for (const file of subscriptions) {
    const imports = read(file).match(/^import .*$/gm) ?? [];
    for (const line of imports.filter((line) => !line.startsWith('import type '))) {
      const shared = / from '\.\.\/([\w-]+\.ts)';$/.exec(line)?.[1];
      expect(shared, `${file}: ${line}`).toBeDefined();
      expect(read(join(dirname(dirname(file)), shared ?? ''))).not.toMatch(/from '@?aws-/);
    }
  }
});

it.each([
  ['services/tasks/a/b.ts', 'infra/names.ts'],
  ['services/runtime/log.ts', 'services/tasks/task.ts'],
  ['infra/app.ts', 'tools/cli.ts'],
  ['infra/app.ts', 'test/layering.test.ts'],
  ['tools/local/clock.ts', 'tools/start-system.ts'],
  ['tools/local/clock.ts', 'services/runtime/log.ts'],
])('refuses %s → %s', (from, to) => {
  expect(isAllowed(from, to)).toBe(false);
});

function isAllowed(from: string, to: string): boolean {
  const folder = folderOf(from);
  if (folderOf(to) === folder) return true;
  // The domains of services stand on services/runtime; runtime knows no domain.
  if (folder === 'services' && folderOf(to) === 'services/runtime') return true;
  // A tool starts the engine; the engine knows no tool.
  if (folder === 'tools' && folderOf(to) === 'tools/local') return true;
  return mayImport[folder]?.some((allowed) => to === allowed || to.startsWith(`${allowed}/`)) ?? false;
}

function folderOf(file: string): string {
  const folders = Object.keys(mayImport).filter((folder) => file.startsWith(`${folder}/`));
  return folders.sort((a, b) => b.length - a.length)[0] ?? '';
}

/** Relative imports as paths from the root. */
function importsOf(file: string): string[] {
  return [...read(file).matchAll(/(?:\bfrom|\bimport)\s*\(?\s*['"](\.[^'"]*)['"]/g)].map(
    ([, specifier = '']) =>
      relative(root, join(root, dirname(file), specifier))
        .split(sep)
        .join('/'),
  );
}

function read(file: string): string {
  return readFileSync(join(root, file), 'utf8');
}
