import { bundleHandlers, FaultySourceError, findInputs } from './bundle-handlers.ts';
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
  await Promise.all(
    handlersOf(sources).map(async (entry) => {
      try {
        inputs.set(entry, await findInputs(entry, root));
      } catch (error) {
        if (!(error instanceof FaultySourceError)) throw error;
        faulty.add(entry);
      }
    }),
  );

  return {
    async rebuild(changed, sources) {
      const external = await readNativePackages(root, sources);
      const concerned = handlersOf(sources).filter((entry) => {
        const known = inputs.get(entry);
        return known === undefined || faulty.has(entry) || changed.some((path) => known.has(path));
      });
      const built = new Map<string, Uint8Array>();
      const faults = new Set<string>();
      for (const [entry, bundle] of await bundleHandlers(concerned, { root, external })) {
        if (bundle instanceof FaultySourceError) {
          faulty.add(entry);
          for (const line of bundle.message.split('\n')) faults.add(line);
        } else {
          inputs.set(entry, bundle.inputs);
          faulty.delete(entry);
          built.set(entry, bundle.code);
        }
      }
      return { built, faults: [...faults].sort() };
    },
  };
}

function handlersOf(sources: Sources): readonly string[] {
  return [...sources.keys()].filter((path) => /^services\/[^/]+\/[^/]+\/handler\.ts$/.test(path)).sort();
}
