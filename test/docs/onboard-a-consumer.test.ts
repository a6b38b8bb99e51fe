import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/onboard-a-consumer.md'), 'utf8');
const blocks = [...page.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)].map(([, file = '', code = '']) => ({
  file,
  code,
}));

it('quotes every block of code from a file', () => {
  expect(blocks.length).toBeGreaterThan(3);
  expect(page.match(/```ts\n/g)).toHaveLength(blocks.length);
});

it.each(blocks)('quotes $file as it is', ({ file, code }) => {
  expect(readFileSync(join(root, file), 'utf8')).toContain(code);
});
