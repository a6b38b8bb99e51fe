import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/eventbridge-facts.md'), 'utf8');
const facts = [...page.matchAll(/^\| (\d+)\.(\d+) \| (.+) \| (.+) \|$/gm)].map(
  ([, section, number, fact = '', proofs = '']) => ({
    section: Number(section),
    number: Number(number),
    fact,
    proofs: proofs.split('<br>'),
  }),
);

it('numbers its facts without a gap in ten sections', () => {
  const sections = Map.groupBy(facts, ({ section }) => section);
  expect([...sections.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  for (const one of sections.values()) {
    expect(one.map(({ number }) => number)).toEqual(one.map((_, index) => index + 1));
  }
});

it.each(facts)('names what proves fact $section / $number', ({ proofs }) => {
  for (const proof of proofs) {
    const [, file = '', title] = /^`(.+?)`(?:: (.+))?$/.exec(proof) ?? [];
    const path = join(root, 'test/tools/local', file);
    expect(existsSync(path), `${proof}: no such file`).toBe(true);
    if (title === undefined) expect(file, proof).toMatch(/^rule\/patterns\/.+\.(match|nomatch|error)\.json$/);
    else expect(titlesIn(path), proof).toContain(title);
  }
});

/** The titles of the tests in a file, as they stand in it. */
function titlesIn(path: string): string[] {
  const text = readFileSync(path, 'utf8');
  // A title is the first argument of `it`, or of what `it.each` returns.
  return [...text.matchAll(/(?:\bit|\))\(\s*(?:'([^'\n]+)'|"([^"\n]+)"|`([^`\n]+)`),/g)].map(
    ([, single, double, back]) => single ?? double ?? back ?? '',
  );
}
