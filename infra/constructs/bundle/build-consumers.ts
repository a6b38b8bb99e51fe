import { randomUUID } from 'node:crypto';
import { globSync, rmSync } from 'node:fs';
import { buildSync } from 'esbuild';
import { createFolderCache } from '../../folder-cache.ts';
import { hashSources } from '../../hash-sources.ts';
import { buildSettings } from './build-settings.ts';

/**
 * A folder with the bundle of every consumer's handler, each at the handler's own path; undefined when one of them cannot be built.
 * Built in one go, since esbuild then reads what they share only once, and kept until a source changes.
 */
export function buildConsumers(root: string, external: readonly string[]): string | undefined {
  if (!built.has(root)) built.set(root, findOrBuild(root, external));
  return built.get(root);
}

const built = new Map<string, string | undefined>();

function findOrBuild(root: string, external: readonly string[]): string | undefined {
  const cache = createFolderCache({ root, name: 'bundles', most: 4 });
  const key = hashSources(root);
  const found = cache.find(key);
  if (found !== undefined) return found;
  const folder = cache.open();
  try {
    buildSync({
      ...buildSettings(root, external),
      entryPoints: globSync('services/*/*/handler.ts', { cwd: root }).sort(),
      outbase: '.',
      outdir: folder,
    });
    // What was made while somebody changed a source may be found by nobody else.
    return cache.keep(hashSources(root) === key ? key : randomUUID(), folder);
  } catch {
    // Whoever bundles the faulty one alone is told what is wrong with it; the others are in order.
    return undefined;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
