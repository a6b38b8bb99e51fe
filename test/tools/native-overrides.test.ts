import { expect, it } from 'vitest';
import type { Subscription } from '../../services/runtime/subscription.ts';
import { nativeOverrides } from '../../tools/native-overrides.ts';

const subscription = (name: string, limits: Subscription['function']): Subscription => ({
  name,
  description: '',
  consumes: [],
  emits: [],
  function: limits,
});
const subscriptions = [
  subscription('paint', { architecture: 'x86_64', nativePackages: ['sharp'] }),
  subscription('carve', { nativePackages: ['chisel'] }),
  subscription('count', { architecture: 'x86_64' }),
  subscription('sell', undefined),
];

it('moves native code that is for another processor to that of the machine', () => {
  expect(nativeOverrides(subscriptions, { machine: 'arm64', overrides: {} })).toEqual({
    paint: { architecture: 'arm64' },
  });
  expect(nativeOverrides(subscriptions, { machine: 'x86_64', overrides: {} })).toEqual({
    carve: { architecture: 'x86_64' },
  });
});

it('keeps the overrides that were given', () => {
  const overrides = {
    paint: { memoryMb: 256 },
    carve: { architecture: 'arm64' },
    sell: { timeoutSeconds: 3 },
  } as const;
  expect(nativeOverrides(subscriptions, { machine: 'arm64', overrides })).toEqual({
    ...overrides,
    paint: { memoryMb: 256, architecture: 'arm64' },
  });
});
