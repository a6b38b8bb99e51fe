import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { GeneratedFile } from '../codegen/write-files.ts';
import { UserError } from '../user-error.ts';

export interface Writing {
  /** The repository. */
  readonly root: string;
  /** Files that there must not be yet. */
  readonly created: readonly GeneratedFile[];
  /** Files that are there, with their new content. @default none */
  readonly changed?: readonly GeneratedFile[];
  /** What belongs to it besides; its failure undoes all. @default nothing */
  readonly finish?: () => Promise<unknown>;
  /** Undoes all. */
  readonly signal: AbortSignal;
}

/** Throws `UserError` that names each of the files that is there already. */
export function refuseExisting(root: string, files: readonly GeneratedFile[]): void {
  const there = files.map(({ path }) => path).filter((path) => existsSync(join(root, path)));
  if (there.length === 0) return;
  throw new UserError(
    `${there.join(', ')} ${there.length === 1 ? 'is' : 'are'} there already, and nothing is overwritten. Choose another name, or remove what is of no use.`,
  );
}

/** Writes files and formats them: all of it, or, when anything fails or the signal comes, nothing. */
export async function writeOrUndo(writing: Writing): Promise<void> {
  const { root, created, changed = [], finish, signal } = writing;
  refuseExisting(root, created);
  const undo: (() => void)[] = [];
  try {
    for (const file of created) create(root, file, undo);
    for (const { path, content } of changed) {
      const before = readFileSync(join(root, path));
      undo.unshift(() => writeFileSync(join(root, path), before));
      writeFileSync(join(root, path), content);
    }
    await format(writing);
    await finish?.();
    signal.throwIfAborted();
  } catch (error) {
    for (const step of undo) step();
    throw error;
  }
}

/** Writes a file and the folders it needs, and notes how to take that back, last first. */
function create(root: string, { path, content }: GeneratedFile, undo: (() => void)[]): void {
  const file = join(root, path);
  const outermost = mkdirSync(dirname(file), { recursive: true });
  if (outermost !== undefined) {
    const folders: string[] = [];
    for (let folder = dirname(file); folder.length >= outermost.length; folder = dirname(folder)) {
      folders.push(folder);
    }
    undo.unshift(...folders.map((folder) => () => removeIfEmpty(folder)));
  }
  writeFileSync(file, content, { flag: 'wx' });
  undo.unshift(() => rmSync(file, { force: true }));
}

function removeIfEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}

async function format({ root, created, changed = [], signal }: Writing): Promise<void> {
  const paths = [...created, ...changed].map(({ path }) => path);
  try {
    await run(process.execPath, [biome, 'check', '--write', '--colors=off', ...paths], { cwd: root, signal });
  } catch (cause) {
    signal.throwIfAborted();
    const { stderr = '' } = cause as { readonly stderr?: string };
    throw new UserError(`biome finds fault, so nothing was written:\n${stderr}`, { cause });
  }
}

const run = promisify(execFile);
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
