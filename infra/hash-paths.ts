import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walkFiles } from './walk-files.ts';

/** A hash of files and of all that is in folders, by paths from a root: names and contents. What is not there is left out. 32 hexadecimal digits. */
export function hashPaths(root: string, paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const source = join(root, path);
    for (const file of walkFiles(source)) {
      const contents = readFileSync(join(source, file));
      // The length tells where one file ends and the next begins.
      hash.update(`${join(path, file)} ${contents.length}\n`).update(contents);
    }
  }
  return hash.digest('hex').slice(0, 32);
}
