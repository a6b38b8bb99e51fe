import { expect, it } from 'vitest';
import { parseErrors } from '../../../tools/watch/create-type-checker.ts';
import { changedPaths, isSource } from '../../../tools/watch/read-sources.ts';
import { listNames } from '../../../tools/watch/render-change.ts';

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
