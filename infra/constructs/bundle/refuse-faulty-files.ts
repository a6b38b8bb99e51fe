import { statSync } from 'node:fs';
import { posix } from 'node:path';
import { SettingsError } from '../../settings-error.ts';
import type { BundleFile } from './bundle-file.ts';

/**
 * Throws `SettingsError` when two files would stand in one place, one lies outside, or all together are larger than Lambda takes:
 * 250 MB unzipped (https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html).
 */
export function refuseFaultyFiles(files: readonly BundleFile[], entry: string): void {
  const names = new Set<string>();
  for (const { name } of files) {
    if (posix.normalize(name) !== name || name.startsWith('/') || name.startsWith('..')) {
      throw new SettingsError(
        `${entry} asks for a file named ${JSON.stringify(name)}: it must be a plain path beside the bundle, such as "models" or "models/faces".`,
      );
    }
    if (names.has(name)) throw taken(name, entry);
    names.add(name);
  }
  for (const name of names) {
    for (let folder = posix.dirname(name); folder !== '.'; folder = posix.dirname(folder))
      if (names.has(folder)) throw taken(folder, entry);
  }
  refuseTooLarge(files, entry);
}

function taken(name: string, entry: string): SettingsError {
  return new SettingsError(
    `${entry} asks for two files at ${JSON.stringify(name)}: one would overwrite the other. index.js and node_modules are the bundle's own; give each of its files another name.`,
  );
}

function refuseTooLarge(files: readonly BundleFile[], entry: string): void {
  const sized = files.map((file) => ({ name: file.name, bytes: sizeOf(file) }));
  const total = sized.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total <= MOST_BYTES) return;
  const largest = sized
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ name, bytes }) => `${name} (${megabytes(bytes)})`);
  throw new SettingsError(
    `the function of ${entry} would be ${megabytes(total)} unzipped, and Lambda takes ${megabytes(MOST_BYTES)}. The largest files are ${largest.join(', ')}: name single files instead of whole folders, or have the function read them from S3.`,
  );
}

function sizeOf(file: BundleFile): number {
  return 'contents' in file ? file.contents.byteLength : statSync(file.source).size;
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

const MOST_BYTES = 250 * 2 ** 20;
