import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The files in a folder, sorted, as paths from there with slashes; of a file, the empty path alone. Folders of the names in `without`
 * are left out, and links that lead nowhere, as editors leave them.
 */
export function walkFiles(path: string, without: readonly string[] = []): readonly string[] {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [''];
  return readdirSync(path)
    .filter((name) => !without.includes(name))
    .sort()
    .flatMap((name) =>
      walkFiles(join(path, name), without).map((rest) => (rest === '' ? name : `${name}/${rest}`)),
    );
}
