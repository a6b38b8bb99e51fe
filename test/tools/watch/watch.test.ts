import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseErrors } from '../../../tools/watch/create-type-checker.ts';
import { changedPaths, isSource } from '../../../tools/watch/read-sources.ts';
import { listNames } from '../../../tools/watch/render-change.ts';
import { watchPaths } from '../../../tools/watch/watch-paths.ts';

it('tells what was added, changed and removed', () => {
  const before = new Map(
    Object.entries({ 'infra/app.ts': '1', 'schemas/metadata.json': '1', 'infra/old.ts': '1' }),
  );
  const after = new Map(
    Object.entries({ 'infra/app.ts': '2', 'schemas/metadata.json': '1', 'infra/new.ts': '1' }),
  );
  expect(changedPaths(before, after)).toEqual(['infra/app.ts', 'infra/new.ts', 'infra/old.ts']);
});

it('takes for sources neither what editors leave beside them nor what is for people', () => {
  const left = ['.app.ts.swp', 'app.ts~', '4913', 'README.md', '.idea/app.xml', 'app.ts.tmp'];
  for (const name of left) expect([name, isSource(`infra/${name}`)]).toEqual([name, false]);
  for (const name of ['app.ts', 'rules/eicar.yar', 'Object Created.json'])
    expect([name, isSource(`infra/${name}`)]).toEqual([name, true]);
});

it('reads type errors with the lines that explain them', () => {
  const output = [
    "services/a.ts(27,32): error TS2322: Type 'X' is not assignable to type 'Y'.",
    "  Types of property 'z' are incompatible.",
    'infra/b.ts(1,1): error TS6133: unused',
    '',
  ];
  expect(parseErrors(output.join('\n'))).toEqual([
    "services/a.ts:27:32 Type 'X' is not assignable to type 'Y'.\n  Types of property 'z' are incompatible.",
    'infra/b.ts:1:1 unused',
  ]);
  expect(parseErrors('')).toEqual([]);
});

it('names three, and counts the rest', () => {
  expect(listNames(['a', 'b', 'c'])).toBe('a, b, c');
  expect(listNames(['a', 'b', 'c', 'd', 'e'])).toBe('a, b, c and 2 more');
});

it('works at once, once more for what is saved meanwhile, and again for each later save', async () => {
  const root = mkdtempSync(join(tmpdir(), 'watch-test-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'infra/new'), { recursive: true });
  const save = (text: string) => writeFileSync(join(root, 'infra/new/app.ts'), text);
  let [runs, atOnce, most] = [0, 0, 0];
  const work = async () => {
    runs += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    if (runs === 1) save('meanwhile');
    await new Promise(setImmediate);
    atOnce -= 1;
  };
  const watching = await watchPaths({ root, paths: ['infra'], work });
  await expect.poll(() => runs).toBeGreaterThan(1);
  for (const text of ['a', 'b', 'c']) {
    const before = runs;
    save(text);
    await expect.poll(() => runs).toBeGreaterThan(before);
  }
  await watching.close();
  expect({ atOnce, most }).toEqual({ atOnce: 0, most: 1 });
});
