import { constants } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { UserError } from '../../user-error.ts';

/** A file that is to be uploaded as somebody's profile picture. It may be no picture at all. */
export interface Picture {
  /** The path as it was given. */
  readonly file: string;
  /** The path's last part. */
  readonly name: string;
  /** Whose picture it is to be: a readable name from the file's, another one for each file. */
  readonly user: string;
  readonly bytes: number;
}

/**
 * The files that paths name: a file itself, a folder every file in it, sorted, without those of its own folders and without
 * one absolute path. Throws `UserError` for what is not there, cannot be read, or holds no file.
 */
export async function listPictures(
  paths: readonly string[],
  { except }: { readonly except?: string } = {},
): Promise<readonly Picture[]> {
  const files = (await Promise.all(paths.map((path) => listFiles(path, except)))).flat();
  const users = new Set<string>();
  return files.map(({ file, bytes }) => {
    const user = nameUser(file, users);
    users.add(user);
    return { file, name: basename(file), user, bytes };
  });
}

interface Place {
  readonly file: string;
  readonly bytes: number;
  readonly kind: 'file' | 'folder' | 'neither';
}

async function listFiles(path: string, except: string | undefined): Promise<readonly Place[]> {
  const place = await look(path);
  if (place.kind === 'neither') throw new UserError(`--image ${path} is neither a file nor a folder.`);
  if (place.kind === 'file') return [place];
  const inside = await Promise.all((await readdir(path)).sort().map((name) => look(join(path, name))));
  const files = inside.filter(({ file, kind }) => kind === 'file' && resolve(file) !== except);
  if (files.length > 0) return files;
  throw new UserError(
    `--image ${path} is a folder without a file in it: give a picture, or a folder of pictures.`,
  );
}

async function look(file: string): Promise<Place> {
  try {
    const found = await stat(file);
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'folder' : 'neither';
    if (kind !== 'neither') await access(file, constants.R_OK);
    return { file, bytes: found.size, kind };
  } catch (cause) {
    throw new UserError(`cannot read --image ${file}: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
}

/** `Ada Lovelace.png` -> `ada-lovelace`, the next one `ada-lovelace-2`. */
function nameUser(file: string, taken: ReadonlySet<string>): string {
  const words = basename(file, extname(file))
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-');
  const name = words.slice(0, 40).replace(/^-|-$/g, '') || 'somebody';
  for (let n = 1; ; n += 1) {
    const user = n === 1 ? name : `${name}-${n}`;
    if (!taken.has(user)) return user;
  }
}
