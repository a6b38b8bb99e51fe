import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FunctionArchitecture } from '../../../services/runtime/subscription.ts';
import { SettingsError } from '../../settings-error.ts';
import { walkFiles } from '../../walk-files.ts';
import type { BundleFile } from './bundle-file.ts';
import { fetchPackage } from './fetch-package.ts';
import { isForPlatform, type PackageLock, readPackageLock } from './package-lock.ts';

export interface ListPackagesOptions {
  /** The folder of package-lock.json and node_modules. */
  readonly root: string;
  readonly architecture: FunctionArchitecture;
}

/**
 * What of these npm packages and of all they depend on runs on a Lambda of the architecture, in the places of node_modules.
 * What npm installed for another machine only is fetched, once. Throws `SettingsError` for a package that is not in
 * package-lock.json or cannot be fetched.
 */
export function listPackages(
  packages: readonly string[],
  { root, architecture }: ListPackagesOptions,
): readonly BundleFile[] {
  if (packages.length === 0) return [];
  const lock = readPackageLock(root);
  const platform = { os: 'linux', cpu: architecture === 'arm64' ? 'arm64' : 'x64', libc: 'glibc' };
  const places = new Set<string>();
  for (const name of packages) add(name, '');
  return [...places].sort().flatMap((place) => {
    const installed = join(root, place);
    const folder = existsSync(installed) ? installed : fetchPackage(place, { lock, platform, root });
    return walkFiles(folder, ['node_modules'])
      .filter(isNeededToRun)
      .map((file) => ({ name: `${place}/${file}`, source: join(folder, file) }));
  });

  function add(name: string, dependent: string): void {
    const place = findPlace(name, dependent, lock);
    if (place === undefined) {
      throw new SettingsError(
        `package-lock.json has no package ${name}${dependent && `, which ${dependent} needs`}: correct the nativePackages, or install it with npm install.`,
      );
    }
    if (places.has(place)) return;
    places.add(place);
    const { dependencies = {}, optionalDependencies = {} } = lock[place] ?? {};
    for (const each of Object.keys(dependencies)) add(each, place);
    for (const each of Object.keys(optionalDependencies)) {
      const optional = findPlace(each, place, lock);
      if (optional !== undefined && isForPlatform(lock[optional] ?? {}, platform)) add(each, place);
    }
  }
}

/** As Node looks for it: in the dependent's own node_modules, then in that of each folder above. */
function findPlace(name: string, dependent: string, lock: PackageLock): string | undefined {
  for (let folder = dependent; ; folder = folder.slice(0, folder.lastIndexOf('node_modules/'))) {
    const place = join(folder, 'node_modules', name);
    if (lock[place] !== undefined) return place;
    if (folder === '') return undefined;
  }
}

/** Types, maps, sources and texts for people are of no use to the function; licences must go along. */
function isNeededToRun(file: string): boolean {
  return (
    /(^|\/)(licen[cs]e|notice|copying)/i.test(file) || !/\.([cm]?ts|map|md|c|cc|cpp|h|gypi?)$/i.test(file)
  );
}
