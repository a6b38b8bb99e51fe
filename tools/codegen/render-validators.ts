import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import type { CompiledSchemas } from './compile-schemas.ts';
import type { GeneratedFile } from './write-files.ts';

/**
 * One self-contained module per event, so that a function's bundle holds only the validators it imports.
 * They are compiled ahead of time: nothing is compiled, and no `eval` runs, at a cold start.
 */
export async function renderValidators({
  ajv,
  validators,
}: CompiledSchemas): Promise<readonly GeneratedFile[]> {
  const files = [...validators].map(async ([{ moduleName }, validate]) => {
    const bundle = await build({
      stdin: {
        contents: standaloneCode.default(ajv, { validate: idOf(validate) }),
        resolveDir: import.meta.dirname,
      },
      absWorkingDir: import.meta.dirname,
      bundle: true,
      minifySyntax: true,
      format: 'esm',
      target: 'node24',
      write: false,
      logLevel: 'silent',
    });
    const path = `generated/validators/${moduleName}`;
    return [
      { path: `${path}.js`, content: bundle.outputFiles[0]?.text ?? '' },
      { path: `${path}.d.ts`, content: declaration },
    ];
  });
  return (await Promise.all(files)).flat();
}

function idOf(validate: { readonly schema: unknown }): string {
  return String((validate.schema as { readonly $id?: unknown }).$id);
}

const declaration = `/** False for a detail that the schema refuses; \`errors\` then holds the first reason, until the next call. */
export declare const validate: {
  (detail: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly message?: string; readonly params: object }[] | null;
};
`;
