import standaloneCode from 'ajv/dist/standalone/index.js';
import { bundleValidators } from '../render-validators.ts';
import type { GeneratedFile } from '../write-files.ts';
import type { CompiledFragment } from './compile-requests.ts';

/** One self-contained module per domain, with a validator of each operation's requests: nothing is compiled at a cold start. */
export async function renderRequestValidators({
  fragment,
  ajv,
  ids,
}: CompiledFragment): Promise<readonly GeneratedFile[]> {
  const path = `generated/http/validators/${fragment.domain}`;
  return [
    { path: `${path}.js`, content: await bundleValidators(standaloneCode.default(ajv, { ...ids })) },
    {
      path: `${path}.d.ts`,
      content: `${declaration}\n${Object.keys(ids)
        .map((id) => `export declare const ${id}: Validate;`)
        .join('\n')}\n`,
    },
  ];
}

const declaration = `/** False for a request that the operation refuses; \`errors\` then holds all reasons, until the next call. */
interface Validate {
  (request: unknown): boolean;
  errors?: readonly { readonly instancePath: string; readonly keyword: string; readonly message?: string; readonly params: object }[] | null;
}
`;
