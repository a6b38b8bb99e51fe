import { expect, it } from 'vitest';
import { createClock } from '../../../../tools/local/clock.ts';
import { createTurns } from '../../../../tools/local/deploy/create-turns.ts';
import { createStackStore } from '../../../../tools/local/deploy/stack-store.ts';

const user = { kind: 'user', name: 'user' } as const;
const store = createStackStore({ accountId: '000000000000', region: 'us-east-1', clock: createClock() });

it('deploys one after the other, whether those before succeed, and lets others look meanwhile', async () => {
  const turns = createTurns(store);
  const log: string[] = [];
  const { promise: leave, resolve: go } = Promise.withResolvers<void>();
  const { CreateStack, DescribeStacks } = turns.taking({
    CreateStack: async () => {
      log.push('created');
      return {};
    },
    DescribeStacks: () => {
      log.push('looked');
      return {};
    },
  });
  const first = turns.take(async () => {
    await leave;
    log.push('first');
    throw new Error('the first failed');
  });
  const created = CreateStack?.({ StackName: 'shop' }, user);
  await DescribeStacks?.({}, user);
  go();
  await expect(first).rejects.toThrow('the first failed');
  await created;
  expect(log).toEqual(['looked', 'first', 'created']);
});

it('refuses what is to happen to a stack to which something happens', () => {
  store.create('busy', 'UPDATE_IN_PROGRESS');
  const { DeleteStack, UpdateStack } = createTurns(store).taking({
    DeleteStack: () => ({}),
    UpdateStack: () => ({}),
  });
  const busy = { StackName: 'busy' };
  expect(() => UpdateStack?.(busy, user)).toThrow('in UPDATE_IN_PROGRESS state and can not be updated');
  expect(() => DeleteStack?.(busy, user)).toThrow('in UPDATE_IN_PROGRESS state and can not be deleted');
});
