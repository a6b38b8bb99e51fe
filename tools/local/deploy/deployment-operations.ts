import type { JsonObject, QueryOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { listOf } from '../wire/query-protocol.ts';
import { readProperties } from '../wire/read-properties.ts';
import { isUnchanged } from './plan-changes.ts';
import { readSource } from './read-source.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import { runDeletion, runDeployment, runRollback } from './run-deployment.ts';
import type { Stack } from './stack.ts';
import {
  changesOrRefuse,
  checkStatus,
  operationOn,
  planOrRefuse,
  refuseOthers,
  SETTLED,
  SOURCE_MEMBERS,
  type StacksContext,
  stackOf,
} from './stacks-context.ts';

/**
 * CloudFormation's operations that do something to stacks. Each answers when it is done, so nobody has to wait for a poll; whoever
 * looks meanwhile sees it in progress.
 */
export function deploymentOperations(context: StacksContext): Readonly<Record<string, QueryOperation>> {
  const { changed, source, store } = context;
  return {
    async CreateStack(input) {
      refuseOthers('CreateStack', input, [...SOURCE_MEMBERS, ...RUN_MEMBERS, 'EnableTerminationProtection']);
      const read = readProperties(input);
      const name = read.text('StackName') ?? '';
      const plan = planOrRefuse(context, await readSource({ input, name, former: undefined, source }));
      if (store.find(name)) throw new AwsError('AlreadyExistsException', `Stack [${name}] already exists`);
      const stack = store.create(name, 'CREATE_IN_PROGRESS');
      stack.isProtected = read.boolean('EnableTerminationProtection') ?? false;
      await deployFor(context, stack, plan, input);
      return { StackId: stack.id };
    },
    async UpdateStack(input) {
      refuseOthers('UpdateStack', input, [...SOURCE_MEMBERS, ...RUN_MEMBERS]);
      const name = readProperties(input).text('StackName') ?? '';
      const stack = store.find(name);
      if (!stack) throw new AwsError('ValidationError', `Stack [${name}] does not exist`);
      checkStatus(stack, SETTLED, 'updated');
      const former = stack.source;
      const plan = planOrRefuse(context, await readSource({ input, name: stack.name, former, source }));
      const changes = changesOrRefuse(context, stack, plan);
      if (isUnchanged(stack, plan, changes))
        throw new AwsError('ValidationError', 'No updates are to be performed.');
      await deployFor(context, stack, plan, input);
      return { StackId: stack.id };
    },
    async DeleteStack(input) {
      refuseOthers('DeleteStack', input, [
        'ClientRequestToken',
        'DeploymentConfig',
        'RetainResources',
        'RoleARN',
        'StackName',
      ]);
      const read = readProperties(input);
      const stack = store.find(read.text('StackName') ?? '');
      // As on AWS, one that is not there is deleted.
      if (!stack || stack.status === 'DELETE_COMPLETE') return {};
      if (stack.isProtected)
        throw new AwsError(
          'ValidationError',
          `Stack [${stack.name}] cannot be deleted while TerminationProtection is enabled`,
        );
      checkStatus(stack, /^REVIEW_IN_PROGRESS$|_(COMPLETE|FAILED)$/, 'deleted');
      const retained = listOf(input, 'RetainResources').map(String);
      if (retained.length > 0 && stack.status !== 'DELETE_FAILED')
        throw new AwsError(
          'ValidationError',
          `Invalid operation on stack [${stack.id}]. When you delete a stack, specify which resources to retain only when the stack is in the DELETE_FAILED state.`,
        );
      await runDeletion({ ...operationOn(context, stack, input), retained });
      changed();
      return {};
    },
    RollbackStack: rollBack(/^(CREATE|UPDATE)_FAILED$/),
    ContinueUpdateRollback: rollBack(/^UPDATE_ROLLBACK_FAILED$/),
    UpdateTerminationProtection(input) {
      const stack = stackOf(context, input);
      stack.isProtected = readProperties(input).boolean('EnableTerminationProtection') ?? false;
      changed();
      return { StackId: stack.id };
    },
  };

  function rollBack(allowed: RegExp): QueryOperation {
    return async (input) => {
      refuseOthers('RollbackStack', input, [
        'ClientRequestToken',
        'RetainExceptOnCreate',
        'RoleARN',
        'StackName',
      ]);
      const stack = stackOf(context, input);
      checkStatus(stack, allowed, 'rolled back');
      const retainsExceptOnCreate = readProperties(input).boolean('RetainExceptOnCreate');
      await runRollback({ ...operationOn(context, stack, input), retainsExceptOnCreate });
      changed();
      return { StackId: stack.id };
    };
  }
}

const RUN_MEMBERS: readonly string[] = ['ClientRequestToken', 'DisableRollback', 'RetainExceptOnCreate'];

/** Deploys for a request, which the stack's status answers: a failure is no failure of the request. */
export async function deployFor(
  context: StacksContext,
  stack: Stack,
  plan: PlannedStack,
  input: JsonObject,
): Promise<void> {
  const read = readProperties(input);
  try {
    await runDeployment({
      ...operationOn(context, stack, input),
      plan,
      keepsFailed: read.boolean('DisableRollback'),
      retainsExceptOnCreate: read.boolean('RetainExceptOnCreate'),
    });
  } catch {
    // On record as events.
  } finally {
    context.changed();
  }
}
