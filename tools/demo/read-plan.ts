import { access, constants, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { UserError } from '../user-error.ts';
import { listPictures, type Picture } from './images/list-pictures.ts';

/** What a demo is to show. */
export interface Plan {
  readonly tasks?: {
    /** A file; else one is made. */
    readonly csv?: string;
    readonly rows: number;
  };
  readonly images?: {
    readonly pictures: readonly Picture[];
    /** The absolute path of the contact sheet. */
    readonly sheet: string;
  };
}

export interface PlanArguments {
  readonly csv?: string;
  readonly rows?: string;
  readonly images: readonly string[];
  readonly sheet?: string;
}

/**
 * Tasks and the sample pictures when nothing is asked for, else only what is. Throws `UserError`, before anything is started, for
 * what does not go together, is not there or cannot be read or written.
 */
export async function readPlan({ csv, rows, images, sheet }: PlanArguments): Promise<Plan> {
  const asksForTasks = csv !== undefined || rows !== undefined;
  if (asksForTasks && images.length > 0) {
    throw new UserError(
      `--image is for pictures and --${csv === undefined ? 'rows' : 'csv'} for tasks: give one of them, or neither for both.`,
    );
  }
  if (asksForTasks && sheet !== undefined) {
    throw new UserError('--sheet is for the contact sheet of pictures: there are none among tasks.');
  }
  const count = parseRows(rows);
  if (csv !== undefined) await checkCsv(csv, rows);
  return {
    ...(images.length === 0 && { tasks: { csv, rows: count } }),
    ...(!asksForTasks && { images: await planImages(images, sheet ?? DEFAULT_SHEET) }),
  };
}

export const DEFAULT_SHEET = 'fanbus-contact-sheet.html';

function parseRows(text = '10000'): number {
  const rows = Number(text);
  if (Number.isInteger(rows) && rows >= 1 && rows <= 10_000_000) return rows;
  throw new UserError(`--rows ${text} cannot be made: give a whole number from 1 to 10000000.`);
}

async function checkCsv(path: string, rows: string | undefined): Promise<void> {
  if (rows !== undefined) {
    throw new UserError('--rows is for a file that the demo makes: give --csv FILE or --rows N, not both.');
  }
  try {
    await access(path, constants.R_OK);
  } catch (cause) {
    throw new UserError(`cannot read --csv ${path}: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
  if (!(await stat(path)).isFile()) throw new UserError(`--csv ${path} is no file: give the path of a CSV.`);
}

async function planImages(given: readonly string[], sheet: string): Promise<NonNullable<Plan['images']>> {
  const paths = given.length > 0 ? given : await samplePhotos();
  const path = resolve(sheet);
  if (paths.some((picture) => resolve(picture) === path)) {
    throw new UserError(`--sheet ${sheet} is one of the pictures: name a file that may be written.`);
  }
  await checkSheet(path, sheet);
  // A sheet of an earlier run may lie among the pictures.
  return { pictures: await listPictures(paths, { except: path }), sheet: path };
}

async function samplePhotos(): Promise<readonly string[]> {
  const folder = join(import.meta.dirname, 'pictures');
  const photos = (await readdir(folder)).filter((name) => /\.(?:png|jpg)$/.test(name)).sort();
  return photos.map((name) => relative('', join(folder, name)));
}

async function checkSheet(path: string, given: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw new UserError(`--sheet ${given} is a folder: name a file in it.`);
  try {
    await access(found ? path : dirname(path), constants.W_OK);
  } catch (cause) {
    throw new UserError(`cannot write --sheet ${given}: ${cause instanceof Error ? cause.message : cause}.`, {
      cause,
    });
  }
}
