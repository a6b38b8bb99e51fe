import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { walkFiles } from '../../infra/walk-files.ts';

/** The files of a system by their paths from its root, with slashes: of each a hash of what is in it. */
export type Sources = ReadonlyMap<string, string>;

/** What of a clone is watched: files, and folders with all that is in them. What else a system is made of is made of these. */
export const watchedPaths: readonly string[] = [
  'schemas',
  'services',
  'infra',
  'cdk.json',
  'cdk.context.json',
];

/** The sources as they are on the disk now, and what was generated of them. */
export function readSources(root: string): Sources {
  const paths = [...watchedPaths, 'generated'].flatMap((path) =>
    walkFiles(join(root, path)).map((file) => (file === '' ? path : `${path}/${file}`)),
  );
  return new Map(paths.filter(isSource).flatMap((path) => hashOf(root, path)));
}

/** The paths that were added, changed or removed, sorted. */
export function changedPaths(before: Sources, after: Sources): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}

/** Not what editors put beside a file while it is open, nor what is for people. */
export function isSource(path: string): boolean {
  return !/(^|\/)\.|~$|(^|\/)4913$|\.(md|sw[a-p]|tmp)$/.test(path);
}

function hashOf(root: string, path: string): readonly (readonly [string, string])[] {
  try {
    return [
      [
        path,
        createHash('sha256')
          .update(readFileSync(join(root, path)))
          .digest('hex'),
      ],
    ];
  } catch {
    // Removed since its folder was read.
    return [];
  }
}
