import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The files in a folder, sorted, as paths from there with slashes; of a file, only the empty path. Folders named in `without` are left out. */
export function walkFiles(path: string, without: readonly string[] = []): readonly string[] {
  if (!statSync(path).isDirectory()) return [''];
  return readdirSync(path)
    .filter((name) => !without.includes(name))
    .sort()
    .flatMap((name) =>
      walkFiles(join(path, name), without).map((rest) => (rest === '' ? name : `${name}/${rest}`)),
    );
}
