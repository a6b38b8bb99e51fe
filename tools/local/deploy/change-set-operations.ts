import { randomUUID } from 'node:crypto';
import type { JsonObject, QueryOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import { deployFor } from './deployment-operations.ts';
import { describeChangeSet, members, summariseChangeSet } from './describe-stack.ts';
import { isUnchanged } from './plan-changes.ts';
import { readSource } from './read-source.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import type { ChangeSet, ResourceChange, Stack } from './stack.ts';
import {
  changesOrRefuse,
  checkStatus,
  planOrRefuse,
  refuseOthers,
  SETTLED,
  SOURCE_MEMBERS,
  type StacksContext,
  stackOf,
} from './stacks-context.ts';

/** CloudFormation's change sets: a deployment that is planned first and done later. */
export function changeSetOperations(context: StacksContext): Readonly<Record<string, QueryOperation>> {
  const { changed, engine, source, store } = context;
  return {
    async CreateChangeSet(input) {
      refuseOthers('CreateChangeSet', input, [
        ...SOURCE_MEMBERS,
        'ChangeSetName',
        'ChangeSetType',
        'ClientToken',
        'Description',
        'IncludeNestedStacks',
      ]);
      const read = readProperties(input);
      const [name = '', stackName = ''] = [read.text('ChangeSetName'), read.text('StackName')];
      const isCreation = isCreating(read.text('ChangeSetType') ?? 'UPDATE');
      const former = store.find(stackName);
      checkStack({ isCreation, former, stackName, name });
      const planned = planOrRefuse(
        context,
        await readSource({ input, name: former?.name ?? stackName, former: former?.source, source }),
      );
      const changes = changesOrRefuse(context, store.find(stackName), planned);
      const stack = store.find(stackName) ?? store.create(stackName, 'REVIEW_IN_PROGRESS');
      const changeSet = createChangeSet(stack, planned, changes, input);
      stack.changeSets.set(name, changeSet);
      changed();
      return { Id: changeSet.id, StackId: stack.id };
    },
    DescribeChangeSet(input) {
      const { stack, ...changeSet } = findChangeSet(context, input);
      return describeChangeSet(stack, changeSet);
    },
    async ExecuteChangeSet(input) {
      refuseOthers('ExecuteChangeSet', input, [
        'ChangeSetName',
        'ClientRequestToken',
        'DisableRollback',
        'RetainExceptOnCreate',
        'StackName',
      ]);
      const { id, refusal, source: planned, stack } = findChangeSet(context, input);
      if (refusal !== undefined) {
        throw new AwsError(
          'InvalidChangeSetStatus',
          `ChangeSet [${id}] cannot be executed in its current execution status of [UNAVAILABLE]: ${refusal}`,
        );
      }
      checkStatus(stack, EXECUTABLE, 'updated');
      await deployFor(context, stack, planOrRefuse(context, planned), input);
      return {};
    },
    DeleteChangeSet(input) {
      const { changeSets } = stackOf(context, input);
      // As on AWS, one that is not there is deleted.
      const [name] = [...changeSets].find(([, each]) => isNamed(each, input)) ?? [];
      if (name !== undefined) changeSets.delete(name);
      changed();
      return {};
    },
    ListChangeSets(input) {
      const stack = stackOf(context, input);
      return {
        Summaries: members([...stack.changeSets.values()].map((each) => summariseChangeSet(stack, each))),
      };
    },
  };

  function createChangeSet(
    stack: Stack,
    plan: PlannedStack,
    changes: readonly ResourceChange[],
    input: JsonObject,
  ): ChangeSet {
    const read = readProperties(input);
    const name = read.text('ChangeSetName') ?? '';
    return {
      name,
      id: `arn:aws:cloudformation:${engine.region}:${engine.accountId}:changeSet/${name}/${randomUUID()}`,
      description: read.text('Description'),
      createdAt: engine.clock.now(),
      source: plan.source,
      changes,
      refusal: isUnchanged(stack, plan, changes) ? NO_CHANGES : undefined,
    };
  }
}

/** The change set that a request names, and its stack. Throws `AwsError` when there is none. */
export function findChangeSet(
  context: StacksContext,
  input: JsonObject,
): ChangeSet & { readonly stack: Stack } {
  const named = String(input.ChangeSetName);
  const stacks = input.StackName === undefined ? context.store.list() : [stackOf(context, input)];
  for (const stack of stacks) {
    const changeSet = [...stack.changeSets.values()].find((each) => isNamed(each, input));
    if (changeSet) return { ...changeSet, stack };
  }
  throw new AwsError('ChangeSetNotFound', `ChangeSet [${named}] does not exist`, { status: 404 });
}

const isNamed = ({ id, name }: ChangeSet, { ChangeSetName }: JsonObject) =>
  ChangeSetName === name || ChangeSetName === id;

const NO_CHANGES =
  "The submitted information didn't contain changes. Submit different information to create a change set.";

const EXECUTABLE = new RegExp(`${SETTLED.source}|^REVIEW_IN_PROGRESS$`);

function isCreating(type: string): boolean {
  if (type === 'CREATE' || type === 'UPDATE') return type === 'CREATE';
  throw new AwsError(
    'ValidationError',
    `the local CloudFormation has no change sets of type ${type}: use CREATE or UPDATE`,
  );
}

function checkStack(options: {
  readonly isCreation: boolean;
  readonly former: Stack | undefined;
  readonly stackName: string;
  readonly name: string;
}): void {
  const { former, isCreation, name, stackName } = options;
  if (!/^[a-zA-Z][-a-zA-Z0-9]*$/.test(name) || !(former || STACK_NAME.test(stackName))) {
    throw new AwsError(
      'ValidationError',
      `a stack "${stackName}" and a change set "${name}" cannot be: their names are letters, digits and hyphens, and begin with a letter`,
    );
  }
  const refuse = (message: string) => new AwsError('ValidationError', message);
  if (!former) {
    if (isCreation) return;
    throw refuse(`Stack [${stackName}] does not exist`);
  }
  if (isCreation && former.status !== 'REVIEW_IN_PROGRESS')
    throw refuse(
      `Stack [${former.name}] already exists and cannot be created again with the changeSet [${name}].`,
    );
  if (!isCreation) checkStatus(former, SETTLED, 'updated');
  if (former.changeSets.has(name))
    throw new AwsError(
      'AlreadyExistsException',
      `ChangeSet ${name} of the stack ${former.name} already exists`,
    );
}

const STACK_NAME = /^[a-zA-Z][-a-zA-Z0-9]{0,127}$/;
