import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { buildSync } from 'esbuild';
import { readSubscriptions } from '../../read-subscriptions.ts';
import { SettingsError } from '../../settings-error.ts';
import { buildConsumers } from './build-consumers.ts';
import { type BuildSettingsOptions, buildSettings } from './build-settings.ts';
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
  const path = relative(root, entry);
  const isOfService = path.startsWith('services/');
  const together = isOfService ? buildConsumers({ root, external: known }).get(path) : undefined;
  const external = [...known, ...nativePackages];
  const file: BundleFile =
    together === undefined
      ? { name: 'index.js', contents: buildAlone(entry, { root, external }) }
      : { name: 'index.js', source: together };
  const code = 'source' in file ? readFileSync(file.source) : Buffer.from(file.contents);
  for (const name of external) {
    if (nativePackages.includes(name) || !code.includes(`require("${name}")`)) continue;
    throw new SettingsError(
      `${path} imports ${name}, whose native code fits in no bundle: add it to the nativePackages of its subscription.`,
    );
  }
  return file;
}

function buildAlone(entry: string, options: BuildSettingsOptions): Uint8Array {
  const { outputFiles } = buildSync({ ...buildSettings(options), entryPoints: [entry] });
  const [index] = outputFiles;
  if (index === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return index.contents;
}
