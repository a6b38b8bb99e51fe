import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { BundleFile } from './bundle-file.ts';

/** A hash of what a function's code consists of: names and contents, whatever their order and wherever they come from. */
export function hashFiles(files: readonly BundleFile[]): string {
  const lines = files.map((file) => `${contentsOf(file)} ${file.name}\n`).sort();
  return sha256(lines.join(''));
}

function contentsOf(file: BundleFile): string {
  if ('contents' in file) return sha256(file.contents);
  const { size, mtimeMs } = statSync(file.source);
  const state = `${file.source} ${size} ${mtimeMs}`;
  const known = hashes.get(state) ?? sha256(readFileSync(file.source));
  hashes.set(state, known);
  return known;
}

// Several functions bring along the same tens of megabytes.
const hashes = new Map<string, string>();

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
