import type { Overrides } from '../infra/overrides.ts';
import {
  type FunctionArchitecture,
  type Subscription,
  subscriptionDefaults,
} from '../services/runtime/subscription.ts';

/**
 * The overrides under which consumers with native code run on a machine: those that are for another processor are moved to this one.
 * Nothing else is changed, and nothing at all where a machine is what they are for.
 */
export function nativeOverrides(
  subscriptions: readonly Subscription[],
  { overrides, machine }: { readonly overrides: Overrides; readonly machine: FunctionArchitecture },
): Overrides {
  const moved = subscriptions
    .map((each) => ({ name: each.name, ...subscriptionDefaults, ...each.function }))
    .filter(({ architecture, nativePackages }) => nativePackages.length > 0 && architecture !== machine)
    .map(({ name }) => [name, { architecture: machine, ...overrides[name] }] as const);
  return { ...overrides, ...Object.fromEntries(moved) };
}
