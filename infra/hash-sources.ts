import { hashPaths } from './hash-paths.ts';
import { readSubscriptions } from './read-subscriptions.ts';

/**
 * A hash of all that the functions and templates below a root are made of: what is written there, the files that subscriptions ask
 * for and, by npm's own record, the packages that are installed.
 */
export function hashSources(root: string): string {
  const files = readSubscriptions(root).flatMap((subscription) =>
    Object.values(subscription.function?.files ?? {}),
  );
  return hashPaths(root, [...SOURCES, ...files]);
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
