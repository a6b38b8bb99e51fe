import { globSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { type BuildSettingsOptions, buildSettings } from './build-settings.ts';
import { openBundles } from './open-bundles.ts';
import type { Built } from './read-outputs.ts';

/**
 * The files with the bundles of the consumers' handlers, by the handler's path from the root. What is not kept from before is built in
 * one go, since esbuild then reads what they share only once; when one of those cannot be built, they are left out.
 */
export function buildConsumers(options: BuildSettingsOptions): ReadonlyMap<string, string> {
  const found = known.get(options.root) ?? findOrBuild(options);
  known.set(options.root, found);
  return found;
}

const known = new Map<string, ReadonlyMap<string, string>>();

function findOrBuild(options: BuildSettingsOptions): ReadonlyMap<string, string> {
  const bundles = openBundles(options);
  const files = new Map<string, string>();
  const missing: string[] = [];
  for (const entry of globSync('services/*/*/handler.ts', { cwd: options.root }).sort()) {
    const kept = bundles.find(entry);
    if (kept) files.set(entry, kept.file);
    else missing.push(entry);
  }
  const built = missing.length > 0 ? build(missing, options) : undefined;
  if (built) for (const [entry, { file }] of bundles.keep(built)) files.set(entry, file);
  return files;
}

function build(entryPoints: string[], options: BuildSettingsOptions): Built | undefined {
  try {
    return buildSync({ ...buildSettings(options), entryPoints });
  } catch {
    // Whoever bundles the faulty one alone is told what is wrong with it; the others are in order.
    return undefined;
  }
}
