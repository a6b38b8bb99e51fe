import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSubscriptions } from './read-subscriptions.ts';
import { walkFiles } from './walk-files.ts';

/**
 * A hash of all that the functions and templates below a root are made of: what is written here, the files that subscriptions ask for,
 * and, by npm's own record, the packages installed. 32 hexadecimal digits.
 */
export function hashSources(root: string): string {
  const hash = createHash('sha256');
  hash.update(`${process.version} ${process.platform} ${process.arch}\n`);
  const asked = readSubscriptions(root).flatMap((subscription) =>
    Object.values(subscription.function?.files ?? {}),
  );
  for (const path of [...SOURCES, ...asked]) {
    const source = join(root, path);
    if (!existsSync(source)) continue;
    for (const file of walkFiles(source)) {
      const contents = readFileSync(join(source, file));
      // With its length each file is told from the next.
      hash.update(`${join(path, file)} ${contents.length}\n`).update(contents);
    }
  }
  return hash.digest('hex').slice(0, 32);
}

const SOURCES: readonly string[] = [
  'schemas',
  'services',
  'infra',
  'generated',
  'cdk.json',
  'cdk.context.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'node_modules/.package-lock.json',
];
