import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsError } from '../../settings-error.ts';
import { walkFiles } from '../../walk-files.ts';
import type { BundleFile } from './bundle-file.ts';

/** The files that a subscription asks for by name; of a folder, all that is in it. Throws `SettingsError` for a path that does not exist. */
export function listFiles(files: Readonly<Record<string, string>>, root: string): readonly BundleFile[] {
  return Object.entries(files).flatMap(([name, path]) => {
    const source = join(root, path);
    if (!existsSync(source)) {
      throw new SettingsError(
        `files name ${name}: ${JSON.stringify(path)}, which does not exist. Give a path from the repository's root, such as node_modules/<package>/<file>, and run npm ci if it should be there.`,
      );
    }
    return walkFiles(source).map((file) => ({
      name: file === '' ? name : `${name}/${file}`,
      source: join(source, file),
    }));
  });
}
