import { randomUUID } from 'node:crypto';
import type { Engine, ResourceProvider } from '../local-service.ts';
import { createScope } from './create-scope.ts';
import {
  leftOver,
  putResources,
  type ReplacedResource,
  type ResourceStep,
  removeReplaced,
  removeResources,
  type StackWork,
} from './deploy-stack.ts';
import { planStack } from './plan-stack.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import type { Stack } from './stack.ts';
import type { StackStore } from './stack-store.ts';

/** One operation on one stack: everything that happens to it is on its record afterwards. */
export interface StackOperation {
  readonly stack: Stack;
  readonly store: StackStore;
  readonly engine: Pick<Engine, 'accountId' | 'region'>;
  readonly providers: ReadonlyMap<string, ResourceProvider>;
  /** Whether a resource may be what is there under its name and in no stack. @default it is refused */
  readonly adopts?: boolean;
  /** What the client calls the operation. */
  readonly token?: string;
  readonly onStep?: (step: ResourceStep) => void;
}

/**
 * Creates a stack or updates it. What fails is rolled back and then thrown; what cannot be removed after an update is thrown too, and
 * the update is complete.
 */
export async function runDeployment(
  options: StackOperation & {
    readonly plan: PlannedStack;
    /** Leave a failed deployment as it is, for the next one to go on from. @default roll it back */
    readonly keepsFailed?: boolean;
    /** Roll back a first creation as if nothing were to be retained. @default follow the template */
    readonly retainsExceptOnCreate?: boolean;
  },
): Promise<void> {
  const { keepsFailed = false, plan, retainsExceptOnCreate, stack, store, token } = options;
  const verb = stack.source === undefined ? 'CREATE' : 'UPDATE';
  const operation = randomUUID();
  store.turn(stack, `${verb}_IN_PROGRESS`, { operation, reason: 'User Initiated', token });
  stack.changeSets.clear();
  const work = openWork(options, operation);
  let replaced: readonly ReplacedResource[];
  try {
    replaced = await putPlan(plan, options, work);
  } catch (error) {
    const reason = `The following resource(s) failed to ${verb.toLowerCase()}: [${work.failed.join(', ')}]. `;
    const why = work.failed.length > 0 ? reason : messageOf(error);
    if (keepsFailed) store.turn(stack, `${verb}_FAILED`, { operation, reason: why, token });
    else await runRollback({ ...options, reason: why, retainsExceptOnCreate });
    throw error;
  }
  stack.source = plan.source;
  if (verb === 'UPDATE') stack.updatedAt = stack.events.at(-1)?.at;
  try {
    await removeResources(leftOver(stack, plan.resources), work);
    await removeReplaced(
      replaced.filter(({ isRetained }) => !isRetained),
      work,
    );
  } finally {
    store.turn(stack, `${verb}_COMPLETE`, { operation, token });
  }
}

/** Takes a stack back to the last deployment that succeeded, or removes all it made when there was none. Its status says how that went. */
export async function runRollback(
  options: StackOperation & { readonly reason?: string; readonly retainsExceptOnCreate?: boolean },
): Promise<void> {
  const { engine, reason, retainsExceptOnCreate = false, stack, store, token } = options;
  const verb = stack.source === undefined ? 'ROLLBACK' : 'UPDATE_ROLLBACK';
  const operation = randomUUID();
  store.turn(stack, `${verb}_IN_PROGRESS`, { operation, reason, token });
  // What the failed update took the place of may still be there.
  const work = openWork({ ...options, adopts: true }, operation);
  try {
    const plan = stack.source && planStack(stack.source, engine);
    const replaced = plan ? await putPlan(plan, options, work) : [];
    const retains = (policy: string) => policy === 'Retain' && !retainsExceptOnCreate;
    await removeResources(leftOver(stack, plan?.resources ?? new Map()), { ...work, retains });
    await removeReplaced(replaced, work);
    store.turn(stack, `${verb}_COMPLETE`, { operation, reason: undefined, token });
  } catch (error) {
    store.turn(stack, `${verb}_FAILED`, { operation, reason: messageOf(error), token });
  }
}

/** Deletes a stack with all that its template does not retain. Its status says how that went. */
export async function runDeletion(
  options: StackOperation & {
    /** Logical ids of what is to be left where it is. */
    readonly retained: readonly string[];
  },
): Promise<void> {
  const { retained, stack, store, token } = options;
  const operation = randomUUID();
  store.turn(stack, 'DELETE_IN_PROGRESS', { operation, reason: 'User Initiated', token });
  const work = openWork(options, operation);
  for (const logicalId of retained) {
    stack.deployed.delete(logicalId);
    stack.declared.delete(logicalId);
  }
  try {
    await removeResources(leftOver(stack, new Map()), work);
  } catch (error) {
    const reason = `The following resource(s) failed to delete: [${work.failed.join(', ')}]. `;
    const why = work.failed.length > 0 ? reason : messageOf(error);
    store.turn(stack, 'DELETE_FAILED', { operation, reason: why, token });
    return;
  }
  stack.exports.clear();
  store.turn(stack, 'DELETE_COMPLETE', { operation, token });
  store.delete(stack);
}

/** Makes again what an engine with a data folder does not keep, such as functions, of the stack's last deployment. */
export async function restoreStack(options: StackOperation): Promise<void> {
  const { engine, stack, store } = options;
  if (stack.source === undefined) return;
  const operation = randomUUID();
  try {
    const work = openWork({ ...options, adopts: true }, operation);
    await putPlan(planStack(stack.source, engine), options, work);
  } catch (error) {
    store.turn(stack, 'UPDATE_FAILED', {
      operation,
      reason: `not there after a restart: ${messageOf(error)}`,
    });
  }
}

async function putPlan(
  plan: PlannedStack,
  options: StackOperation,
  work: StackWork,
): Promise<readonly ReplacedResource[]> {
  const { engine, stack, store } = options;
  const scope = createScope({
    source: plan.source,
    stackId: stack.id,
    engine,
    exports: store.exports(),
    resources: stack.deployed,
  });
  const { outputs, replaced } = await putResources({ ...plan, ...work, scope });
  stack.outputs = outputs;
  return replaced;
}

interface OpenWork extends StackWork {
  /** Logical ids of what could not be made, changed or removed. */
  readonly failed: readonly string[];
}

function openWork(options: StackOperation, operation: string): OpenWork {
  const { adopts, onStep, providers, stack, store, token } = options;
  const failed: string[] = [];
  return {
    stackName: stack.name,
    state: stack,
    providers,
    stacks: store.list,
    adopts,
    failed,
    onStep(step) {
      const { logicalId, physicalId, reason, status, type } = step;
      if (status.endsWith('_FAILED')) failed.push(logicalId);
      if (status !== 'UNCHANGED') {
        store.record(stack, {
          logicalId,
          type,
          status,
          operation,
          reason,
          token,
          ...(physicalId !== undefined && { physicalId }),
        });
      }
      onStep?.(step);
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
