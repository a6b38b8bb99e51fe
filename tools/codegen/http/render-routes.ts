import type { GeneratedFile } from '../write-files.ts';
import type { ApiFragment } from './api-fragment.ts';

/** Every route of the API and the function that answers it. */
export function renderRoutes(fragments: readonly ApiFragment[]): GeneratedFile {
  const routes = fragments.flatMap(({ functionName, operations }) =>
    operations.map(
      ({ id, method, path, isOpen }) =>
        `  ${JSON.stringify({ function: functionName, operationId: id, method, path, isOpen })},`,
    ),
  );
  const functions = fragments.map(
    ({ functionName, title }) =>
      `  ${JSON.stringify({ name: functionName, description: `Answers the operations of ${title}.` })},`,
  );
  return {
    path: 'generated/http/routes.ts',
    content: `/** Every operation of the API: its route, the function that answers it, and whether it takes no token. */
export const routes = [
${routes.join('\n')}
] as const;

/** The functions of the API. */
export const apiFunctions = [
${functions.join('\n')}
] as const;
`,
  };
}
