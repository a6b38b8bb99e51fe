import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Overrides } from '../infra/overrides.ts';
import { synthesise } from '../infra/synthesise.ts';

/** The folder with the cloud assembly of the `dev` stage: synthesised by the first test file that asks, then shared. Not to be changed. */
export function sharedAssembly(overrides: Overrides = {}): string {
  const name = createHash('sha256').update(JSON.stringify(overrides)).digest('hex').slice(0, 16);
  const folder = join(inject('assemblies'), name);
  if (existsSync(folder)) return folder;
  const own = `${folder}-${process.pid}`;
  synthesise({ outdir: own, overrides });
  try {
    renameSync(own, folder);
  } catch {
    // Another test file was faster; its assembly is the same.
    rmSync(own, { recursive: true });
  }
  return folder;
}
