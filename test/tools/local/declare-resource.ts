import type { DeclaredResource, JsonObject } from '../../../tools/local/local-service.ts';

/** A resource as the deployment hands it to a service. */
export function declare(
  type: string,
  properties: JsonObject,
  more: Partial<DeclaredResource> = {},
): DeclaredResource {
  return {
    type,
    properties,
    logicalId: 'Resource',
    stackName: 'stack',
    generatedName: 'stack-Resource-1',
    asset: (key) => {
      throw new Error(`no asset ${key}`);
    },
    ...more,
  };
}
