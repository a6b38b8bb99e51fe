import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { BuildResult, Metafile } from 'esbuild';

/** What esbuild answers with these settings. */
export type Built = BuildResult<{ write: false; metafile: true }>;

export interface HandlerOutput {
  readonly code: Uint8Array;
  /** All files that it was made of, packages' too, as paths from the root. */
  readonly inputs: ReadonlySet<string>;
}

/** What esbuild made of each entry, by the entry's path from the root. */
export function readOutputs(
  { metafile, outputFiles }: Built,
  root: string,
): ReadonlyMap<string, HandlerOutput> {
  const codes = new Map(outputFiles.map(({ contents, path }) => [path, contents]));
  return new Map(
    Object.entries(metafile.outputs).map(([path, { entryPoint = '' }]) => {
      const code = codes.get(join(root, path));
      if (code === undefined) throw new Error(`esbuild made nothing of ${entryPoint}`);
      const inputs = inputsOf(entryPoint, metafile).map((input) => throughLink(input, root));
      return [entryPoint, { code, inputs: new Set(inputs) }];
    }),
  );
}

/** Also those of which nothing is left in the bundle: something would be of another text. */
function inputsOf(entry: string, { inputs }: Metafile): readonly string[] {
  const found = new Set([entry]);
  // A set goes on with what is added on the way.
  for (const path of found) {
    for (const { external, path: imported } of inputs[path]?.imports ?? [])
      if (!external) found.add(imported);
  }
  return [...found];
}

/** `../clone/node_modules/a.js` -> `node_modules/a.js`, when that is where a root's node_modules leads to. */
function throughLink(path: string, root: string): string {
  if (!path.startsWith('../') || !path.includes('/node_modules/')) return path;
  const inside = path.slice(path.indexOf('/node_modules/') + 1);
  try {
    return realpathSync(join(root, inside)) === realpathSync(join(root, path)) ? inside : path;
  } catch {
    return path;
  }
}
