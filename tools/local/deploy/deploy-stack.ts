import { UserError } from '../../user-error.ts';
import type { DeployedResource, JsonObject, ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
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

export interface StackWork {
  readonly stackName: string;
  readonly state: StackState;
  readonly providers: ReadonlyMap<string, ResourceProvider>;
  readonly onStep: (step: ResourceStep) => void;
  /** Whether a resource with this DeletionPolicy stays. @default when it is `Retain` or `RetainExceptOnCreate` */
  readonly retains?: (deletionPolicy: string) => boolean;
}

/** Makes or updates a stack's resources in the order of their references, and answers its outputs. Throws `UserError` at the first that fails. */
export async function putResources(
  options: StackWork & PlannedStack & { readonly scope: Scope },
): Promise<readonly StackOutput[]> {
  const { onStep, resources, scope, source, stackName, state } = options;
  const dependencies = new Map(
    [...resources].map(([logicalId, resource]) => [logicalId, dependenciesOf(resource)]),
  );
  for (const logicalId of topologicalOrder(dependencies, `the resources of ${stackName}`)) {
    const resource = resources.get(logicalId);
    if (resource) await put(logicalId, resource);
  }
  return resolveOutputs();

  async function put(logicalId: string, resource: TemplateResource): Promise<void> {
    const { DeletionPolicy, Properties = {}, Type } = resource;
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
      const deployed: DeployedResource = await provider(options, Type).deploy({
        type: Type,
        logicalId,
        stackName,
        properties,
        physicalId: state.deployed.get(logicalId)?.physicalId,
        generatedName: generatedName(stackName, logicalId),
        asset: source.asset,
      });
      state.deployed.set(logicalId, deployed);
      state.declared.set(logicalId, declared);
      onStep({ logicalId, type: Type, status: `${step.operation}_COMPLETE` });
    });
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
      await provider(work, type).remove(physicalId, attributes);
      forget('DELETE_COMPLETE');
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

async function explained(
  { onStep, stackName }: StackWork,
  {
    logicalId,
    operation,
    type,
  }: { logicalId: string; type: string; operation: 'CREATE' | 'UPDATE' | 'DELETE' },
  act: () => Promise<void>,
): Promise<void> {
  try {
    await act();
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    const reason = cause instanceof AwsError ? `${cause.code}: ${words}` : words;
    onStep({ logicalId, type, status: `${operation}_FAILED`, reason });
    const what = operation === 'DELETE' ? 'removed' : 'deployed';
    throw new UserError(`${stackName}/${logicalId} (${type}) could not be ${what}: ${reason}`, { cause });
  }
}

function dependenciesOf({ DependsOn = [], Properties }: TemplateResource): readonly string[] {
  return [...findReferences(Properties), ...[DependsOn].flat()];
}
