import { createHash } from 'node:crypto';
import type { DeclaredResource } from '../local-service.ts';

/** An id in API Gateway's manner, the same at every deployment, so that an API's URL outlives the engine: `a1b2c3d4e5`. */
export function partId({ generatedName, type }: DeclaredResource, length = 7): string {
  const digest = createHash('sha256').update(`${type} ${generatedName}`).digest('hex');
  return BigInt(`0x${digest}`).toString(36).slice(0, length);
}
