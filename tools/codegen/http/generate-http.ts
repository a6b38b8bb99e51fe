import type { EventSchema } from '../schema-set.ts';
import type { GeneratedFile } from '../write-files.ts';
import type { ApiFragment } from './api-fragment.ts';
import { checkFragments } from './check-fragments.ts';
import { compileRequests } from './compile-requests.ts';
import { addIngress } from './ingress.ts';
import { renderOpenapi } from './render-openapi.ts';
import { renderOperations } from './render-operations.ts';
import { renderRequestValidators } from './render-request-validators.ts';
import { renderRoutes } from './render-routes.ts';

/** What is made of `schemas/http/`; nothing when there is none. Throws `UserError` for a fragment that is wrong. */
export async function generateHttp(
  fragments: readonly ApiFragment[],
  events: readonly EventSchema[],
): Promise<readonly GeneratedFile[]> {
  if (fragments.length === 0) return [];
  checkFragments(fragments);
  const whole = addIngress(fragments, events);
  return [
    ...(await Promise.all(whole.map(renderOperations))),
    ...(
      await Promise.all(whole.map((fragment) => renderRequestValidators(compileRequests(fragment))))
    ).flat(),
    renderRoutes(whole),
    ...renderOpenapi(whole),
  ];
}
