import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from 'esbuild';
import { createFolderCache, type FolderCache } from '../../folder-cache.ts';
import { type BuildSettingsOptions, buildSettings } from './build-settings.ts';
import { type Built, type HandlerOutput, readOutputs } from './read-outputs.ts';
import { readSourceTree, type SourceTree } from './source-tree.ts';

export interface HandlerBundle {
  /** Where its code is. */
  readonly file: string;
  /** The files that it was made of, packages' too, as paths from the root. */
  readonly inputs: ReadonlySet<string>;
}

/** The bundles of single handlers, kept on the disk. */
export interface Bundles {
  /** What esbuild would make of a handler, given as a path from the root, of the sources as they were when this was opened. */
  find(entry: string): HandlerBundle | undefined;
  /** Keeps what esbuild has made since then, for later finds of the same sources. Answers all of it, by entry. */
  keep(built: Built): ReadonlyMap<string, HandlerBundle>;
}

/**
 * Opens the bundles of a repository. One is kept with the names of the files that it was made of, and found again while those, and what
 * led to them and not to others, are as they were, whatever else has changed.
 */
export function openBundles(options: BuildSettingsOptions): Bundles {
  const { root } = options;
  const settings = JSON.stringify([version, { ...buildSettings(options), absWorkingDir: undefined }]);
  const tree = readSourceTree(root);
  return {
    find(entry) {
      const cache = cacheOf(entry, root);
      for (const folder of cache.list()) {
        const inputs = readInputs(folder);
        const key = inputs && keyOf(inputs, tree);
        const found = key && cache.find(key);
        if (found) return { file: join(found, CODE), inputs };
      }
      return undefined;
    },
    keep(built) {
      const now = readSourceTree(root);
      return new Map(
        [...readOutputs(built, root)].map(([entry, output]) => {
          const key = keyOf(output.inputs, tree);
          // What was made while somebody changed a source may be found by nobody else.
          const isTrue = key !== undefined && key === keyOf(output.inputs, now);
          return [entry, keep(cacheOf(entry, root), isTrue ? key : randomUUID(), output)];
        }),
      );
    },
  };

  function keyOf(inputs: Iterable<string>, tree: SourceTree): string | undefined {
    const state = tree.hash(inputs);
    return state && createHash('sha256').update(`${settings}${state}`).digest('hex').slice(0, 32);
  }
}

function cacheOf(entry: string, root: string): FolderCache {
  return createFolderCache({ root, name: `handlers/${entry.replaceAll('/', '+')}`, most: 8 });
}

function keep(cache: FolderCache, key: string, { code, inputs }: HandlerOutput): HandlerBundle {
  const folder = cache.open();
  try {
    writeFileSync(join(folder, CODE), code);
    writeFileSync(join(folder, INPUTS), JSON.stringify([...inputs]));
    return { file: join(cache.keep(key, folder), CODE), inputs };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readInputs(folder: string): ReadonlySet<string> | undefined {
  try {
    return new Set(JSON.parse(readFileSync(join(folder, INPUTS), 'utf8')));
  } catch {
    // Whoever keeps a newer one may have removed it by now.
    return undefined;
  }
}

const CODE = 'index.js';
const INPUTS = 'inputs.json';
