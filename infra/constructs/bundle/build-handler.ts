import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { buildSync } from 'esbuild';
import { readSubscriptions } from '../../read-subscriptions.ts';
import { SettingsError } from '../../settings-error.ts';
import { buildConsumers } from './build-consumers.ts';
import { buildSettings } from './build-settings.ts';
import type { BundleFile } from './bundle-file.ts';

export interface BuildHandlerOptions {
  /** The repository's folder. */
  readonly root: string;
  /** What the handler imports and finds beside its bundle. */
  readonly nativePackages: readonly string[];
}

/**
 * `index.js`: a handler with everything it imports, the AWS SDK included, as one minified CommonJS file. A consumer's is found among
 * those of all, which are built together; any other is built alone, and would be the same.
 * Throws `SettingsError` when it imports native code that is not among its packages.
 */
export function buildHandler(entry: string, { root, nativePackages }: BuildHandlerOptions): BundleFile {
  const known = readSubscriptions(root).flatMap((each) => each.function?.nativePackages ?? []);
  const external = [...new Set([...known, ...nativePackages])];
  const together = findTogether(entry, root, known);
  const file: BundleFile =
    together === undefined
      ? { name: 'index.js', contents: buildAlone(entry, root, external) }
      : { name: 'index.js', source: together };
  const code = 'source' in file ? readFileSync(file.source) : Buffer.from(file.contents);
  for (const name of external) {
    if (nativePackages.includes(name) || !code.includes(`require("${name}")`)) continue;
    throw new SettingsError(
      `${relative(root, entry)} imports ${name}, whose native code fits in no bundle: add it to the nativePackages of its subscription.`,
    );
  }
  return file;
}

function findTogether(entry: string, root: string, external: readonly string[]): string | undefined {
  const path = relative(root, entry);
  const folder = path.startsWith('services/') ? buildConsumers(root, external) : undefined;
  if (folder === undefined) return undefined;
  const file = join(folder, path.replace(/ts$/, 'js'));
  return existsSync(file) ? file : undefined;
}

function buildAlone(entry: string, root: string, external: readonly string[]): Uint8Array {
  const settings = { ...buildSettings(root, external), write: false } as const;
  const { outputFiles } = buildSync({ ...settings, entryPoints: [entry], outfile: 'index.js' });
  const [index] = outputFiles;
  if (index === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return index.contents;
}
