import { UserError } from '../../user-error.ts';
import type { Engine, JsonObject, ResourceProvider } from '../local-service.ts';
import type { Source } from '../source/source.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';
import { planChanges } from './plan-changes.ts';
import { planStack } from './plan-stack.ts';
import { type PlannedStack, refuseUnsupported } from './refuse-unsupported.ts';
import type { StackOperation } from './run-deployment.ts';
import type { ResourceChange, Stack } from './stack.ts';
import type { StackSource } from './stack-source.ts';
import type { StackStore } from './stack-store.ts';

/** What CloudFormation's operations work with. */
export interface StacksContext {
  readonly engine: Engine;
  readonly store: StackStore;
  /** Where templates and code lie. */
  readonly source: Pick<Source, 'read'>;
  /** What can be deployed, by resource type. */
  readonly providers: () => ReadonlyMap<string, ResourceProvider>;
  /** Says that a stack has changed. */
  readonly changed: () => void;
}

/** The stack that a request names. Throws `AwsError` when there is none. */
export function stackOf({ store }: StacksContext, input: JsonObject): Stack {
  return store.get(readProperties(input).text('StackName') ?? '');
}

/** Throws `AwsError` with all that is not supported of a template. */
export function planOrRefuse({ engine, providers }: StacksContext, source: StackSource): PlannedStack {
  try {
    const plan = planStack(source, engine);
    refuseUnsupported([plan], providers());
    return plan;
  } catch (error) {
    throw toValidationError(error);
  }
}

/** Throws `AwsError` when the template's functions cannot be resolved. `stack` is absent when there is none yet. */
export function changesOrRefuse(
  { engine, store }: StacksContext,
  stack: Stack | undefined,
  plan: PlannedStack,
): readonly ResourceChange[] {
  try {
    return planChanges({ stack: stack ?? NOTHING, plan, engine, exports: store.exports() });
  } catch (error) {
    throw toValidationError(error);
  }
}

const NOTHING = { id: '', deployed: new Map(), declared: new Map() };

/** What is wrong with a template, as CloudFormation says it. */
function toValidationError(error: unknown): AwsError {
  if (error instanceof AwsError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const prefix = error instanceof UserError ? '' : 'Template error: ';
  return new AwsError('ValidationError', `${prefix}${message}`, { cause: error });
}

/** Throws `AwsError` while something else happens to the stack, or when its status is none of these. */
export function checkStatus(
  stack: Stack,
  allowed: RegExp,
  what: 'deleted' | 'rolled back' | 'updated',
): void {
  if (allowed.test(stack.status)) return;
  throw new AwsError(
    'ValidationError',
    `Stack:${stack.id} is in ${stack.status} state and can not be ${what}.`,
  );
}

/** What may be updated. */
export const SETTLED = /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$|^(CREATE|UPDATE)_FAILED$/;

/** An operation on a stack that a request asks for. */
export function operationOn(context: StacksContext, stack: Stack, input: JsonObject): StackOperation {
  const { changed, engine, providers, store } = context;
  const token = readProperties(input).text('ClientRequestToken');
  // What was made by then belongs to the stack also when the engine is killed in the middle.
  return { stack, store, engine, providers: providers(), token, onStep: changed };
}

/** Refuses by name what a request says and no operation here looks at. */
export function refuseOthers(operation: string, input: JsonObject, known: readonly string[]): void {
  const isSaid = (name: string) => !['', 'false'].includes(String(input[name]));
  const other = Object.keys(input).find((name) => !known.includes(name) && isSaid(name));
  if (other === undefined) return;
  throw new AwsError(
    'ValidationError',
    `the local CloudFormation has no ${other} in ${operation}; it has ${known.join(', ')}: leave it out`,
  );
}

/** Of every request that makes a stack or changes it; `Capabilities` and `RoleARN` give leave to what is free here. */
export const SOURCE_MEMBERS: readonly string[] = [
  'Capabilities',
  'DeploymentConfig',
  'Parameters',
  'RoleARN',
  'StackName',
  'Tags',
  'TemplateBody',
  'TemplateURL',
  'UsePreviousTemplate',
];
