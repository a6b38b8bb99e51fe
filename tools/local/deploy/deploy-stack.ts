import { UserError } from '../../user-error.ts';
import type { DeclaredResource, DeployedResource, JsonObject, ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { type Claim, claimName } from './claim-name.ts';
import { findReferences } from './find-references.ts';
import { generatedName } from './generated-name.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import { resolveIntrinsics, type Scope } from './resolve-intrinsics.ts';
import type { StackOutput, StackState } from './stack.ts';
import type { TemplateResource } from './template.ts';
import { topologicalOrder } from './topological-order.ts';

/** What happens to one resource, in CloudFormation's words: `UPDATE_IN_PROGRESS`, `DELETE_FAILED`. */
export interface ResourceStep {
  readonly logicalId: string;
  readonly type: string;
  readonly status:
    | `${'CREATE' | 'UPDATE' | 'DELETE'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`
    | 'DELETE_SKIPPED'
    | 'UNCHANGED';
  readonly physicalId?: string;
  readonly reason?: string;
}

export interface StackWork extends Pick<Claim, 'adopts' | 'providers' | 'stacks'> {
  readonly stackName: string;
  readonly state: StackState;
  readonly onStep: (step: ResourceStep) => void;
  /** Whether a resource with this DeletionPolicy stays. @default when it is `Retain` or `RetainExceptOnCreate` */
  readonly retains?: (deletionPolicy: string) => boolean;
}

/** What another took the place of, under the same logical id. */
export interface ReplacedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly deployed: DeployedResource;
  /** Whether the template wants it to stay. */
  readonly isRetained: boolean;
}

/**
 * Makes or updates a stack's resources in the order of their references. Answers its outputs, and what is still there of before. Throws
 * `UserError` at the first that fails.
 */
export async function putResources(
  options: StackWork & PlannedStack & { readonly scope: Scope },
): Promise<{ readonly outputs: readonly StackOutput[]; readonly replaced: readonly ReplacedResource[] }> {
  const { onStep, resources, scope, source, stackName, state } = options;
  const dependencies = new Map(
    [...resources].map(([logicalId, resource]) => [logicalId, dependenciesOf(resource)]),
  );
  const replaced: ReplacedResource[] = [];
  for (const logicalId of topologicalOrder(dependencies, `the resources of ${stackName}`)) {
    const resource = resources.get(logicalId);
    if (resource) await put(logicalId, resource);
  }
  return { outputs: resolveOutputs(), replaced };

  async function put(logicalId: string, resource: TemplateResource): Promise<void> {
    const { DeletionPolicy, Properties = {}, Type, UpdateReplacePolicy = 'Delete' } = resource;
    const before = state.declared.get(logicalId);
    if (before && before.type !== Type) await removeResources([logicalId], options);
    const isUpdate = state.declared.has(logicalId);
    const step = { logicalId, type: Type, operation: isUpdate ? 'UPDATE' : 'CREATE' } as const;
    await explained(options, step, async () => {
      const properties = resolveIntrinsics(Properties, scope) as JsonObject;
      const declared = { type: Type, properties: JSON.stringify(properties), deletionPolicy: DeletionPolicy };
      if (isUpdate && before?.properties === declared.properties) {
        state.declared.set(logicalId, declared);
        onStep({ logicalId, type: Type, status: 'UNCHANGED' });
        return;
      }
      onStep({ logicalId, type: Type, status: `${step.operation}_IN_PROGRESS` });
      const former = state.deployed.get(logicalId);
      const deployed = await deploy({
        type: Type,
        logicalId,
        stackName,
        properties,
        physicalId: former?.physicalId,
        generatedName: generatedName(stackName, logicalId),
        asset: source.asset,
      });
      // The others with another id are what they were, or are gone.
      if (former && former.physicalId !== deployed.physicalId && provider(options, Type).naming) {
        const isRetained = UpdateReplacePolicy.startsWith('Retain');
        replaced.push({ logicalId, type: Type, deployed: former, isRetained });
      }
      state.deployed.set(logicalId, deployed);
      state.declared.set(logicalId, declared);
      onStep({ logicalId, type: Type, status: `${step.operation}_COMPLETE` });
    });
  }

  async function deploy(resource: DeclaredResource): Promise<DeployedResource> {
    const { logicalId, properties, type } = resource;
    const { deploy, naming, remove: drop } = provider(options, type);
    const before = state.declared.get(logicalId);
    const name = claimName({ ...options, type, properties, before });
    try {
      return await deploy(resource);
    } catch (error) {
      // What is half made would be in the way of the next attempt.
      if (name !== undefined && naming?.isTaken(name)) await drop(name);
      throw error;
    }
  }

  function resolveOutputs(): readonly StackOutput[] {
    const outputs: StackOutput[] = [];
    state.exports.clear();
    for (const [key, output] of Object.entries(source.template.Outputs ?? {})) {
      const { Condition, Description, Export, Value } = output;
      if (Condition !== undefined && !scope.isTrue(Condition)) continue;
      const value = String(resolveIntrinsics(Value, scope));
      const exportName = Export && String(resolveIntrinsics(Export.Name, scope));
      outputs.push({ key, value, description: Description, exportName });
      if (exportName !== undefined) state.exports.set(exportName, value);
    }
    return outputs;
  }
}

/** Removes these resources in the given order, but for those that their template retains. Throws `UserError` at the first that fails. */
export async function removeResources(logicalIds: readonly string[], work: StackWork): Promise<void> {
  const { onStep, retains = (policy) => policy.startsWith('Retain'), state } = work;
  for (const logicalId of logicalIds) {
    const { deletionPolicy = 'Delete', type = '' } = state.declared.get(logicalId) ?? {};
    const { attributes = {}, physicalId = '' } = state.deployed.get(logicalId) ?? {};
    const forget = (status: 'DELETE_COMPLETE' | 'DELETE_SKIPPED') => {
      state.deployed.delete(logicalId);
      state.declared.delete(logicalId);
      onStep({ logicalId, type, physicalId, status });
    };
    if (retains(deletionPolicy)) {
      forget('DELETE_SKIPPED');
      continue;
    }
    await explained(work, { logicalId, type, operation: 'DELETE' }, async () => {
      onStep({ logicalId, type, status: 'DELETE_IN_PROGRESS' });
      await remove({ physicalId, attributes }, provider(work, type));
      forget('DELETE_COMPLETE');
    });
  }
}

/** Removes these as well. Throws `UserError` at the first that fails. */
export async function removeReplaced(replaced: readonly ReplacedResource[], work: StackWork): Promise<void> {
  for (const { deployed, logicalId, type } of replaced) {
    const step = { logicalId, type, physicalId: deployed.physicalId };
    await explained(work, { ...step, operation: 'DELETE' }, async () => {
      work.onStep({ ...step, status: 'DELETE_IN_PROGRESS' });
      await remove(deployed, provider(work, type));
      work.onStep({ ...step, status: 'DELETE_COMPLETE' });
    });
  }
}

/** The logical ids of what a stack holds and a template does not, the last made first. */
export function leftOver(state: StackState, resources: ReadonlyMap<string, unknown>): readonly string[] {
  return [...state.deployed.keys()].reverse().filter((logicalId) => !resources.has(logicalId));
}

function provider({ providers }: StackWork, type: string): ResourceProvider {
  const found = providers.get(type);
  if (found) return found;
  throw new Error(`no service of the engine deploys ${type}`);
}

async function remove({ attributes, physicalId }: DeployedResource, from: ResourceProvider): Promise<void> {
  try {
    await from.remove(physicalId, attributes);
  } catch (error) {
    // As on AWS, what somebody has removed by hand is removed.
    if (!isGone(error)) throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof AwsError && /^NoSuch|NotFound(Exception)?$|DoesNotExist$/.test(error.code);
}

async function explained(
  { onStep, stackName }: StackWork,
  {
    operation,
    ...step
  }: Pick<ResourceStep, 'logicalId' | 'physicalId' | 'type'> & { operation: 'CREATE' | 'UPDATE' | 'DELETE' },
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const reason = cause instanceof AwsError ? `${cause.code}: ${words}` : words;
    onStep({ ...step, status: `${operation}_FAILED`, reason });
    const what = operation === 'DELETE' ? 'removed' : 'deployed';
    throw new UserError(`${stackName}/${step.logicalId} (${step.type}) could not be ${what}: ${reason}`, {
      cause,
    });
  }
}

function dependenciesOf({ DependsOn = [], Properties }: TemplateResource): readonly string[] {
  return [...findReferences(Properties), ...[DependsOn].flat()];
}
