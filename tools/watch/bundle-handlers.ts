import { isAbsolute, join } from 'node:path';
import { type BuildOptions, build, type Message, type Metafile } from 'esbuild';
import { buildSettings } from '../../infra/constructs/bundle/build-settings.ts';

export interface HandlerBundle {
  /** The same bytes as a deployment of the same sources would bring. */
  readonly code: Uint8Array;
  /** The repository's own files in it, as paths from its root. */
  readonly inputs: ReadonlySet<string>;
}

export interface BundleHandlersOptions {
  readonly root: string;
  /** The packages that no bundle contains. */
  readonly external: readonly string[];
}

/**
 * The bundles of these handlers, by path: built in one go, since what they share is then read once. What is faulty is built one by one,
 * so that it alone has a `FaultySourceError` in place of its bundle.
 */
export async function bundleHandlers(
  entries: readonly string[],
  options: BundleHandlersOptions,
): Promise<ReadonlyMap<string, HandlerBundle | FaultySourceError>> {
  const [first, ...others] = entries;
  if (first === undefined) return new Map();
  try {
    return await buildAll(entries, buildSettings(options.root, options.external));
  } catch (error) {
    if (!(error instanceof FaultySourceError)) throw error;
    if (others.length === 0) return new Map([[first, error]]);
    const single = await Promise.all(entries.map((entry) => bundleHandlers([entry], options)));
    return new Map(single.flatMap((bundles) => [...bundles]));
  }
}

/** The repository's own files that a program consists of, by itself and all it imports. Throws `FaultySourceError`. */
export async function findInputs(entry: string, root: string): Promise<ReadonlySet<string>> {
  const settings = buildSettings(root, []);
  const built = await buildAll([entry], { ...settings, format: 'esm', minify: false, packages: 'external' });
  return built.get(entry)?.inputs ?? new Set();
}

/** Sources that no bundle can be made of. Its message has a line for each fault: `file:line:column text`. */
export class FaultySourceError extends Error {
  constructor(faults: readonly Message[], options: { readonly cause: unknown }) {
    super(faults.map(renderFault).join('\n'), options);
    this.name = 'FaultySourceError';
  }
}

async function buildAll(
  entries: readonly string[],
  settings: BuildOptions,
): Promise<ReadonlyMap<string, HandlerBundle>> {
  try {
    const { metafile, outputFiles } = await build({
      ...settings,
      entryPoints: [...entries],
      outbase: '.',
      outdir: 'bundles',
      metafile: true,
      write: false,
    });
    const codes = new Map(outputFiles.map(({ contents, path }) => [path, contents]));
    return new Map(
      Object.entries(metafile.outputs).map(([path, { entryPoint = '' }]) => {
        const code = codes.get(join(settings.absWorkingDir ?? '', path));
        if (code === undefined) throw new Error(`esbuild made nothing of ${entryPoint}`);
        return [entryPoint, { code, inputs: ownFilesOf(entryPoint, metafile) }];
      }),
    );
  } catch (error) {
    const { errors } = error as { readonly errors?: readonly Message[] };
    if (errors === undefined) throw error;
    throw new FaultySourceError(errors, { cause: error });
  }
}

function ownFilesOf(entry: string, { inputs }: Metafile): ReadonlySet<string> {
  const found = new Set([entry]);
  // A set goes on with what is added on the way.
  for (const path of found) {
    for (const { external, path: imported } of inputs[path]?.imports ?? [])
      if (!external && isOwn(imported)) found.add(imported);
  }
  return found;
}

function isOwn(path: string): boolean {
  return !isAbsolute(path) && !/(^|\/)(\.\.|node_modules)\//.test(path);
}

/** Columns count from 1, as editors do. */
function renderFault({ location, text }: Message): string {
  return location === null ? text : `${location.file}:${location.line}:${location.column + 1} ${text}`;
}
