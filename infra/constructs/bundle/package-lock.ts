import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The packages of a package-lock.json by their place: `node_modules/sharp`. */
export type PackageLock = Readonly<Record<string, LockedPackage>>;

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** In npm's words. */
export interface Platform {
  readonly os: string;
  readonly cpu: string;
  readonly libc: string;
}

export function readPackageLock(root: string): PackageLock {
  return JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
}

/** Whether npm would install it there: where a package names nothing it takes all. */
export function isForPlatform({ os, cpu, libc }: LockedPackage, platform: Platform): boolean {
  return isIn(os, platform.os) && isIn(cpu, platform.cpu) && isIn(libc, platform.libc);
}

/** `["linux"]` takes linux alone, `["!win32"]` all but win32. */
function isIn(names: readonly string[] | undefined, name: string): boolean {
  if (names === undefined || names.includes(name)) return true;
  return names.every((each) => each.startsWith('!')) && !names.includes(`!${name}`);
}
