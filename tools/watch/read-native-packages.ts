import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Subscription } from '../../services/runtime/subscription.ts';
import type { Sources } from './read-sources.ts';

/** The packages that no bundle contains, as all subscriptions name them now: a module would be remembered as it was first read. */
export async function readNativePackages(root: string, sources: Sources): Promise<readonly string[]> {
  const subscriptions = [...sources]
    .filter(([path]) => /^services\/[^/]+\/[^/]+\/subscription\.ts$/.test(path))
    .map(async ([path, hash]): Promise<Subscription | undefined> => {
      try {
        const module = await import(`${pathToFileURL(join(root, path))}?${hash}`);
        return module.subscription;
      } catch {
        // Whoever bundles its handler is told where it is faulty.
        return undefined;
      }
    });
  const named = (await Promise.all(subscriptions)).flatMap((each) => each?.function?.nativePackages ?? []);
  return [...new Set(named)];
}
