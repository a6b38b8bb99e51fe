import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const pages = [
  'README.md',
  'ARCHITECTURE.md',
  'AGENTS.md',
  ...readdirSync(join(root, 'docs')).map((page) => `docs/${page}`),
].filter((page) => page.endsWith('.md'));

describe.each(pages)('%s', (page) => {
  const text = read(page);

  it('links only to files that exist', () => {
    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? '');
    for (const link of links) expect(existsSync(join(root, page, '..', link)), link).toBe(true);
  });

  it('names only commands and scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const commands = readdirSync(join(root, 'tools/commands')).map((file) => file.replace(/(-.*)?\.ts$/, ''));
    for (const [, script] of text.matchAll(/npm run ([\w:-]+)/g))
      expect(Object.keys(scripts), script).toContain(script);
    for (const [, command] of text.matchAll(/npx fanbus ([a-z][\w-]*)/g))
      expect(commands, command).toContain(command);
  });
});

describe('ARCHITECTURE.md', () => {
  it('shows a tree whose every path is on the disk', () => {
    const block = /## The tree\n\n```\n([\s\S]+?)```/.exec(read('ARCHITECTURE.md'))?.[1] ?? '';
    const paths = treePaths(block).filter((path) => path !== 'generated/');
    expect(paths.length).toBeGreaterThan(10);
    for (const path of paths) expect(existsSync(join(root, path)), path).toBe(true);
  });
});

/** `a/` then an indented `b.ts` -> `a/`, `a/b.ts`. */
function treePaths(block: string): string[] {
  let folder = '';
  return block.split('\n').flatMap((line) => {
    const match = /^( *)(\S+)/.exec(line);
    const name = match?.[2];
    if (!match || name === undefined || !/^[\w.-]+(\/|\.\w+)$/.test(name)) return [];
    if (match[1] === '') folder = name;
    return [match[1] === '' ? name : folder + name];
  });
}
