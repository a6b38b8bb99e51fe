import { isAbsolute } from 'node:path';
import { type BuildOptions, build, type Message } from 'esbuild';
import { buildSettings } from '../../infra/constructs/bundle/build-settings.ts';

export interface HandlerBundle {
  /** The same bytes as a deployment of the same sources would bring. */
  readonly code: Uint8Array;
  /** The repository's own files in it, as paths from its root. */
  readonly inputs: ReadonlySet<string>;
}

/** Throws `FaultySourceError` when it cannot be built. */
export async function bundleHandler(
  entry: string,
  { root, external }: { readonly root: string; readonly external: readonly string[] },
): Promise<HandlerBundle> {
  return buildOne(entry, buildSettings(root, external));
}

/** The repository's own files that a program consists of, by itself and all it imports. Throws `FaultySourceError`. */
export async function findInputs(entry: string, root: string): Promise<ReadonlySet<string>> {
  const { inputs } = await buildOne(entry, {
    ...buildSettings(root, []),
    format: 'esm',
    minify: false,
    packages: 'external',
  });
  return inputs;
}

/** Sources that no bundle can be made of. Its message has a line for each fault: `file:line:column text`. */
export class FaultySourceError extends Error {
  constructor(faults: readonly Message[], options: { readonly cause: unknown }) {
    super(faults.map(renderFault).join('\n'), options);
    this.name = 'FaultySourceError';
  }
}

async function buildOne(entry: string, settings: BuildOptions): Promise<HandlerBundle> {
  try {
    const { metafile, outputFiles } = await build({
      ...settings,
      entryPoints: [entry],
      outfile: 'index.js',
      metafile: true,
      write: false,
    });
    const [index] = outputFiles;
    if (index === undefined) throw new Error(`esbuild made nothing of ${entry}`);
    const isOwn = (path: string) => !isAbsolute(path) && !/(^|\/)(\.\.|node_modules)\//.test(path);
    return { code: index.contents, inputs: new Set(Object.keys(metafile.inputs).filter(isOwn)) };
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
