import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFolderCache } from '../../folder-cache.ts';
import { SettingsError } from '../../settings-error.ts';
import type { PackageLock, Platform } from './package-lock.ts';

export interface FetchPackageOptions {
  readonly lock: PackageLock;
  /** The platform that it is for, and npm may not be running on. */
  readonly platform: Platform;
  /** The folder whose node_modules keeps what was fetched. */
  readonly root: string;
}

/**
 * The folder of a package at its place in the lock, `node_modules/@img/sharp-linux-arm64`, that npm did not install because it is
 * for another platform. npm fetches it the first time, checks it against the lock and runs none of its scripts.
 * Throws `SettingsError` when it cannot.
 */
export function fetchPackage(place: string, { lock, platform, root }: FetchPackageOptions): string {
  const name = place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const { version = '', integrity } = lock[place] ?? {};
  const cache = createFolderCache({ root, name: 'packages' });
  const key = `${name.replace('/', '+')}@${version}`;
  const kept = cache.find(key);
  if (kept !== undefined) return join(kept, 'node_modules', name);
  const fetched = cache.open();
  try {
    const dependencies = { [name]: version };
    const packages = { '': { dependencies }, [`node_modules/${name}`]: { version, integrity } };
    writeFileSync(join(fetched, 'package.json'), JSON.stringify({ dependencies }));
    writeFileSync(join(fetched, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
    runNpm(fetched, platform, `${name}@${version}`);
    return join(cache.keep(key, fetched), 'node_modules', name);
  } finally {
    rmSync(fetched, { recursive: true, force: true });
  }
}

function runNpm(cwd: string, { os, cpu, libc }: Platform, spec: string): void {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { error, status, stderr } = spawnSync(
    'npm',
    ['ci', `--os=${os}`, `--cpu=${cpu}`, `--libc=${libc}`, ...flags],
    { cwd, encoding: 'utf8' },
  );
  if (status === 0) return;
  throw new SettingsError(
    `npm could not fetch ${spec}, which a function on ${os} ${cpu} needs and this machine does not: connect to the registry once, or let the function run on this machine's kind of processor by the "architecture" of its subscription or an override.\n${(error?.message ?? stderr).trim()}`,
    { cause: error },
  );
}
