import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { hashPaths } from '../../hash-paths.ts';
import { walkFiles } from '../../walk-files.ts';

/** The sources of handlers as they were when they were read. */
export interface SourceTree {
  /**
   * A hash of all that decides what esbuild makes of these files: what is in them, and what leads to them and not to others. `inputs` are
   * paths from the root. Undefined when one of them lies where nobody would see it change.
   */
  hash(inputs: Iterable<string>): string | undefined;
}

/** Reads the folders that handlers are made of, and by npm's own record what is installed. */
export function readSourceTree(root: string): SourceTree {
  const files = FOLDERS.flatMap((folder) => walkFiles(join(root, folder)).map((file) => `${folder}/${file}`));
  const hashes = new Map(files.map((path) => [path, sha256(readFileSync(join(root, path)))]));
  const byStem = Map.groupBy(files, stemOf);
  const base = [hashPaths(root, INSTALLED), ...files.filter(isSetting).map(line), ...linksAmong(files, root)];
  const packages = new Map<string, string | undefined>();

  return {
    hash(inputs) {
      const lines = new Set(base);
      for (const path of inputs) {
        const state = isInstalled(path) ? stateOfInstalled(path) : hashes.get(path);
        if (state === undefined) return undefined;
        lines.add(`${path} ${state}`);
        if (isInstalled(path)) continue;
        // `./price` is price.ts until there is a price.tsx or, when it was price/index.ts, a price.ts.
        for (let part = path; part !== '.'; part = dirname(part))
          for (const rival of byStem.get(stemOf(part)) ?? []) lines.add(`beside ${rival}`);
      }
      return sha256([...lines].sort().join('\n'));
    },
  };

  function line(path: string): string {
    return `${path} ${hashes.get(path)}`;
  }

  /** Read once for all handlers. npm's record has the versions; this sees what somebody edits in there. */
  function stateOfInstalled(path: string): string | undefined {
    if (!packages.has(path)) {
      const stats = statSync(join(root, path), { throwIfNoEntry: false });
      packages.set(path, stats && `${stats.size} ${stats.mtimeMs}`);
    }
    return packages.get(path);
  }
}

export function isInstalled(path: string): boolean {
  return path.startsWith('node_modules/');
}

const FOLDERS: readonly string[] = ['generated', 'schemas', 'services'];

const INSTALLED: readonly string[] = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];

/** What leads imports elsewhere, or has them read otherwise, in all that lies below. */
function isSetting(path: string): boolean {
  return /(^|\/)(package\.json|[jt]sconfig[^/]*\.json)$|\/node_modules\//.test(path);
}

/** A file is known by where it is, which a link on the way there decides. */
function linksAmong(files: readonly string[], root: string): readonly string[] {
  const realRoot = realpathSync(root);
  return files.flatMap((path) => {
    const real = relative(realRoot, realpathSync(join(root, path)));
    return real === path ? [] : [`link ${path} ${real}`];
  });
}

/** `services/shop/price.test.ts` -> `services/shop/price` */
function stemOf(path: string): string {
  return join(dirname(path), basename(path).replace(/(?<=.)\..*$/, ''));
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 32);
}
