import { type BuildOptions, build, type Message } from 'esbuild';
import { type BuildSettingsOptions, buildSettings } from '../../infra/constructs/bundle/build-settings.ts';
import { type HandlerBundle, openBundles } from '../../infra/constructs/bundle/open-bundles.ts';
import { type Built, readOutputs } from '../../infra/constructs/bundle/read-outputs.ts';

/**
 * The bundles of these handlers, by path, as a deployment of the same sources would bring them. Those that are not kept from before are
 * built in one go, since what they share is then read once. What is faulty is built one by one, so that it alone has a
 * `FaultySourceError` in place of its bundle.
 */
export async function bundleHandlers(
  entries: readonly string[],
  options: BuildSettingsOptions,
): Promise<ReadonlyMap<string, HandlerBundle | FaultySourceError>> {
  const kept = openBundles(options);
  const bundles = new Map<string, HandlerBundle | FaultySourceError>();
  const missing: string[] = [];
  for (const entry of entries) {
    const found = kept.find(entry);
    if (found) bundles.set(entry, found);
    else missing.push(entry);
  }
  await buildTogether(missing);
  return bundles;

  async function buildTogether(some: readonly string[]): Promise<void> {
    const [first, ...others] = some;
    if (first === undefined) return;
    try {
      const built = await buildAll(some, buildSettings(options));
      for (const [entry, bundle] of kept.keep(built)) bundles.set(entry, bundle);
    } catch (error) {
      if (!(error instanceof FaultySourceError)) throw error;
      if (others.length === 0) bundles.set(first, error);
      else await Promise.all(some.map((entry) => buildTogether([entry])));
    }
  }
}

/** The repository's own files that a program consists of, by itself and all it imports. Throws `FaultySourceError`. */
export async function findInputs(entry: string, root: string): Promise<ReadonlySet<string>> {
  const settings = buildSettings({ root, external: [] });
  const built = await buildAll([entry], { ...settings, format: 'esm', minify: false, packages: 'external' });
  return readOutputs(built, root).get(entry)?.inputs ?? new Set();
}

/** Sources that no bundle can be made of. Its message has a line for each fault: `file:line:column text`. */
export class FaultySourceError extends Error {
  constructor(faults: readonly Message[], options: { readonly cause: unknown }) {
    super(faults.map(renderFault).join('\n'), options);
    this.name = 'FaultySourceError';
  }
}

async function buildAll(
  entryPoints: readonly string[],
  settings: BuildOptions & { readonly write: false; readonly metafile: true },
): Promise<Built> {
  try {
    return await build({ ...settings, entryPoints: [...entryPoints] });
  } catch (error) {
    const { errors } = error as { readonly errors?: readonly Message[] };
    if (errors === undefined) throw error;
    throw new FaultySourceError(errors, { cause: error });
  }
}

/** Columns count from 1, as editors do. */
function renderFault({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`;
}
