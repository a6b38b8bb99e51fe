import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';

/** Folders that are made once and found again by a key that says what they are made of. None is changed afterwards. */
export interface FolderCache {
  /** The folder of a key, which counts as used now; undefined when there is none. */
  find(key: string): string | undefined;
  /** The folders that there are, the last used first. */
  list(): readonly string[];
  /** An empty folder on the same disk, to make one in. Whoever asks for it removes it. */
  open(): string;
  /** Keeps a folder under a key in one step, unless somebody was faster, and removes what was not used for longest. Answers its place. */
  keep(key: string, folder: string): string;
}

export interface FolderCacheOptions {
  /** The folder whose node_modules they lie in, so that they go when npm installs anew. */
  readonly root: string;
  readonly name: string;
  /** How many folders there may be. @default any number */
  readonly most?: number;
}

export function createFolderCache(options: FolderCacheOptions): FolderCache {
  const { root, name, most = Number.POSITIVE_INFINITY } = options;
  const kept = join(root, 'node_modules/.cache/fanbus', name);
  const unfinished = `${kept}-unfinished`;
  return {
    find(key) {
      const folder = join(kept, key);
      if (!existsSync(folder)) return undefined;
      utimesSync(folder, new Date(), new Date());
      return folder;
    },
    list: () => byUse(kept).map(({ folder }) => folder),
    open() {
      mkdirSync(unfinished, { recursive: true });
      // Those of a process that was killed; nobody works on one for an hour.
      for (const { folder, usedAt } of byUse(unfinished)) if (usedAt < Date.now() - HOUR_MS) remove(folder);
      return mkdtempSync(join(unfinished, 'new-'));
    },
    keep(key, folder) {
      const place = join(kept, key);
      mkdirSync(kept, { recursive: true });
      try {
        utimesSync(folder, new Date(), new Date());
        renameSync(folder, place);
      } catch (error) {
        if (!existsSync(place)) throw error;
      }
      for (const old of byUse(kept).slice(most)) remove(old.folder);
      return place;
    },
  };
}

const HOUR_MS = 3_600_000;

/** The folders in one, the last used first. */
function byUse(parent: string): readonly { readonly folder: string; readonly usedAt: number }[] {
  const names = existsSync(parent) ? readdirSync(parent) : [];
  return names
    .map((name) => join(parent, name))
    .map((folder) => ({ folder, usedAt: statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((a, b) => b.usedAt - a.usedAt);
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}
