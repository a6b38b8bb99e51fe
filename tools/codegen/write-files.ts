import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface GeneratedFile {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly content: string;
}

/** Makes the disk hold exactly these files: writes what differs, removes from `generated/` what is no longer made. Returns the paths it touched. */
export function writeFiles(root: string, files: readonly GeneratedFile[]): readonly string[] {
  const changed = files.filter(({ path, content }) => readIfThere(join(root, path)) !== content);
  for (const { path, content } of changed) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  const wanted = new Set(files.map(({ path }) => path));
  const stale = globSync('generated/{*,events/*,validators/*,http/*,http/validators/*}.{ts,js}', {
    cwd: root,
  })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => !wanted.has(path));
  for (const path of stale) rmSync(join(root, path));
  return [...changed.map(({ path }) => path), ...stale];
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
