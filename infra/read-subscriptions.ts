import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Subscription } from '../services/runtime/subscription.ts';

const require = createRequire(import.meta.url);

/** Every consumer's subscription below a root, deployed or not. */
export function readSubscriptions(root: string): readonly Subscription[] {
  return globSync('services/*/*/subscription.ts', { cwd: root })
    .sort()
    .map((file): { readonly subscription: Subscription } => require(join(root, file)))
    .map(({ subscription }) => subscription);
}
