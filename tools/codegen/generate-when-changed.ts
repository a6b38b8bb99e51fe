import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createFolderCache } from '../../infra/folder-cache.ts';
import { hashPaths } from '../../infra/hash-paths.ts';

/**
 * Generates, unless the disk holds what was generated of the same schemas: then the generator is not even loaded. Answers whether
 * that was so. Throws `UserError` for a schema that is wrong.
 */
export async function generateWhenChanged(root: string = repository): Promise<boolean> {
  const cache = createFolderCache({ root, name: 'contracts', most: 4 });
  const sources = hashPaths(root, SOURCES);
  const key = () => `${sources}-${hashPaths(root, GENERATED)}`;
  if (cache.find(key()) !== undefined) return true;
  const { generate } = await import('./generate.ts');
  await generate(root);
  // Empty: that it is there says all.
  const folder = cache.open();
  cache.keep(key(), folder);
  rmSync(folder, { recursive: true, force: true });
  return false;
}

const SOURCES: readonly string[] = [
  'schemas',
  'tools/codegen',
  'package-lock.json',
  'node_modules/.package-lock.json',
];
const GENERATED: readonly string[] = ['generated', 'docs/events.md', 'docs/openapi.json'];
const repository = join(import.meta.dirname, '../..');
