import { randomUUID } from 'node:crypto';
import type { Engine } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Stack, StackEvent, StackStatus } from './stack.ts';

/** The stacks of one engine, and what happened to them. */
export interface StackStore {
  /** Those that are there, in the order of their creation. */
  list(): readonly Stack[];
  /** Those that were deleted since the engine has started. */
  deleted(): readonly Stack[];
  /** By name, or by id; a deleted one by id only. */
  find(nameOrId: string): Stack | undefined;
  /** Throws `AwsError` in CloudFormation's words. */
  get(nameOrId: string): Stack;
  /** A new one, with nothing in it. */
  create(name: string, status: StackStatus): Stack;
  restore(stack: Stack): void;
  /** Takes its name from it. */
  delete(stack: Stack): void;
  /** Every export there is. */
  exports(): ReadonlyMap<string, string>;
  /** Puts on record that something happened to one of the resources. */
  record(
    stack: Stack,
    event: Pick<StackEvent, 'logicalId' | 'operation' | 'status' | 'type'> & Partial<StackEvent>,
  ): void;
  /** Gives the stack another status, and puts that on record. */
  turn(stack: Stack, status: StackStatus, of: { operation: string; reason?: string; token?: string }): void;
}

export function createStackStore(engine: Pick<Engine, 'accountId' | 'clock' | 'region'>): StackStore {
  const { accountId, clock, region } = engine;
  const byName = new Map<string, Stack>();
  const gone = new Map<string, Stack>();

  const find = (nameOrId: string) => {
    const name = nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
    const stack = byName.get(name);
    return name === nameOrId || stack?.id === nameOrId ? stack : gone.get(nameOrId);
  };
  const record: StackStore['record'] = (stack, event) => {
    const physicalId = stack.deployed.get(event.logicalId)?.physicalId ?? '';
    // Clients put events in order by their times alone.
    const at = Math.max(clock.now(), (stack.events.at(-1)?.at ?? 0) + 1);
    stack.events.push({ id: randomUUID(), at, physicalId, ...event });
    if (stack.events.length > MOST_EVENTS) stack.events.shift();
  };

  return {
    list: () => [...byName.values()],
    deleted: () => [...gone.values()],
    find,
    get(nameOrId) {
      const stack = find(nameOrId);
      if (stack) return stack;
      throw new AwsError('ValidationError', `Stack with id ${nameOrId} does not exist`);
    },
    create(name, status) {
      const stack: Stack = {
        name,
        id: `arn:aws:cloudformation:${region}:${accountId}:stack/${name}/${randomUUID()}`,
        createdAt: clock.now(),
        status,
        isProtected: false,
        outputs: [],
        events: [],
        changeSets: new Map(),
        deployed: new Map(),
        declared: new Map(),
        exports: new Map(),
      };
      byName.set(name, stack);
      return stack;
    },
    restore(stack) {
      byName.set(stack.name, stack);
    },
    delete(stack) {
      stack.deletedAt = clock.now();
      byName.delete(stack.name);
      gone.set(stack.id, stack);
    },
    exports: () => new Map([...byName.values()].flatMap((stack) => [...stack.exports])),
    record,
    turn(stack, status, { operation, reason, token }) {
      stack.status = status;
      stack.statusReason = reason;
      const { id: physicalId, name: logicalId } = stack;
      record(stack, { logicalId, physicalId, type: STACK_TYPE, status, operation, reason, token });
    },
  };
}

const STACK_TYPE = 'AWS::CloudFormation::Stack';
const MOST_EVENTS = 1_000;
