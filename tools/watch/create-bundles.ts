import { readFileSync } from 'node:fs';
import { bundleHandlers, FaultySourceError } from './bundle-handlers.ts';
import { readNativePackages } from './read-native-packages.ts';
import type { Sources } from './read-sources.ts';

/** The bundles of all handlers, and which file is in which. */
export interface Bundles {
  /** Builds those again that these paths are in, new ones, and those that could not be built before. */
  rebuild(changed: readonly string[], sources: Sources): Promise<Rebuilt>;
}

export interface Rebuilt {
  /** By the handler's path. */
  readonly built: ReadonlyMap<string, Uint8Array>;
  /** What is wrong with the others, said once each. */
  readonly faults: readonly string[];
}

export async function createBundles(root: string, sources: Sources): Promise<Bundles> {
  const inputs = new Map<string, ReadonlySet<string>>();
  const faulty = new Set<string>();
  await build(handlersOf(sources), sources);

  return {
    rebuild(changed, sources) {
      const concerned = handlersOf(sources).filter((entry) => {
        const known = inputs.get(entry);
        return known === undefined || faulty.has(entry) || changed.some((path) => known.has(path));
      });
      return build(concerned, sources);
    },
  };

  async function build(entries: readonly string[], sources: Sources): Promise<Rebuilt> {
    const external = await readNativePackages(root, sources);
    const built = new Map<string, Uint8Array>();
    const faults = new Set<string>();
    for (const [entry, bundle] of await bundleHandlers(entries, { root, external })) {
      if (bundle instanceof FaultySourceError) {
        faulty.add(entry);
        for (const line of bundle.message.split('\n')) faults.add(line);
      } else {
        inputs.set(entry, bundle.inputs);
        faulty.delete(entry);
        built.set(entry, readFileSync(bundle.file));
      }
    }
    return { built, faults: [...faults].sort() };
  }
}

function handlersOf(sources: Sources): readonly string[] {
  return [...sources.keys()].filter((path) => /^services\/[^/]+\/[^/]+\/handler\.ts$/.test(path)).sort();
}
