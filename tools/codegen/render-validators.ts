import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { type CompiledSchema, schemaId } from './compile-schemas.ts';
import type { GeneratedFile } from './write-files.ts';

/**
 * One self-contained module per event, so that a function's bundle holds only the validators it imports.
 * They are compiled ahead of time: nothing is compiled, and no `eval` runs, at a cold start.
 */
export async function renderValidators(
  schemas: readonly CompiledSchema[],
): Promise<readonly GeneratedFile[]> {
  const files = schemas.map(async ({ ajv, event }) => {
    const path = `generated/validators/${event.moduleName}`;
    const code = standaloneCode.default(ajv, { validate: schemaId(event) });
    return [
      { path: `${path}.js`, content: await bundleValidators(code) },
      { path: `${path}.d.ts`, content: declaration },
    ];
  });
  return (await Promise.all(files)).flat();
}

/** Puts what ajv's code imports into it. */
export async function bundleValidators(code: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    absWorkingDir: import.meta.dirname,
    // A path within goes into the code: it must be the same in a clone whose node_modules is a link.
    preserveSymlinks: true,
    bundle: true,
    minifySyntax: true,
    format: 'esm',
    target: 'node24',
    write: false,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

const declaration = `/** False for a detail that the schema refuses; \`errors\` then holds the first reason, until the next call. */
export declare const validate: {
  (detail: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string; readonly params: object }[] | null;
};
`;
