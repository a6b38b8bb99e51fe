import { UserError } from '../../user-error.ts';
import type { DeployedResource, JsonObject, ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { DeployProgress } from './deploy-assembly.ts';
import { findReferences } from './find-references.ts';
import { generatedName } from './generated-name.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import { resolveIntrinsics, type Scope } from './resolve-intrinsics.ts';
import type { TemplateResource } from './template.ts';
import { topologicalOrder } from './topological-order.ts';

/** What one stack has put into the engine so far. */
export interface StackState {
  /** By logical id, in the order in which they were made. */
  readonly deployed: Map<string, DeployedResource>;
  /** What each of them was made from. */
  readonly declared: Map<string, { readonly type: string; readonly properties: string }>;
  /** By export name. */
  readonly exports: Map<string, string>;
}

/** Makes or updates a stack's resources in the order of their references, removes those that left the template, and answers its outputs. */
export async function deployStack(
  options: PlannedStack & {
    readonly providers: ReadonlyMap<string, ResourceProvider>;
    readonly scope: Scope;
    readonly state: StackState;
    readonly onProgress: (progress: DeployProgress) => void;
  },
): Promise<Readonly<Record<string, string>>> {
  const { onProgress, providers, resources, scope, stack, state } = options;
  const dependencies = new Map(
    [...resources].map(([logicalId, resource]) => [logicalId, dependenciesOf(resource)]),
  );
  for (const logicalId of topologicalOrder(dependencies, `the resources of ${stack.name}`)) {
    const resource = resources.get(logicalId);
    if (resource) await explained(logicalId, resource.Type, () => put(logicalId, resource));
  }
  for (const logicalId of [...state.deployed.keys()].reverse()) {
    if (!resources.has(logicalId)) await explained(logicalId, typeOf(logicalId), () => remove(logicalId));
  }
  return resolveOutputs();

  async function put(logicalId: string, { Properties = {}, Type }: TemplateResource): Promise<void> {
    const properties = resolveIntrinsics(Properties, scope) as JsonObject;
    const before = state.declared.get(logicalId);
    if (before && before.type !== Type) await remove(logicalId);
    const declared = { type: Type, properties: JSON.stringify(properties) };
    if (before?.type === Type && before.properties === declared.properties) {
      onProgress({ stackName: stack.name, logicalId, type: Type, action: 'unchanged' });
      return;
    }
    const deployed = await provider(Type).deploy({
      type: Type,
      logicalId,
      stackName: stack.name,
      properties,
      physicalId: state.deployed.get(logicalId)?.physicalId,
      generatedName: generatedName(stack.name, logicalId),
      asset: stack.asset,
    });
    state.deployed.set(logicalId, deployed);
    state.declared.set(logicalId, declared);
    onProgress({ stackName: stack.name, logicalId, type: Type, action: 'deployed' });
  }

  async function remove(logicalId: string): Promise<void> {
    const type = typeOf(logicalId);
    const { attributes = {}, physicalId = '' } = state.deployed.get(logicalId) ?? {};
    await provider(type).remove(physicalId, attributes);
    state.deployed.delete(logicalId);
    state.declared.delete(logicalId);
    onProgress({ stackName: stack.name, logicalId, type, action: 'removed' });
  }

  function resolveOutputs(): Readonly<Record<string, string>> {
    const outputs: Record<string, string> = {};
    state.exports.clear();
    for (const [name, { Condition, Export, Value }] of Object.entries(stack.template.Outputs ?? {})) {
      if (Condition !== undefined && !scope.isTrue(Condition)) continue;
      const value = String(resolveIntrinsics(Value, scope));
      outputs[name] = value;
      if (Export) state.exports.set(String(resolveIntrinsics(Export.Name, scope)), value);
    }
    return outputs;
  }

  function typeOf(logicalId: string): string {
    return state.declared.get(logicalId)?.type ?? '';
  }

  function provider(type: string): ResourceProvider {
    const found = providers.get(type);
    if (found) return found;
    throw new Error(`no service of the engine deploys ${type}`);
  }

  async function explained(logicalId: string, type: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      const reason =
        cause instanceof AwsError
          ? `${cause.code}: ${cause.message}`
          : cause instanceof Error
            ? cause.message
            : cause;
      throw new UserError(`${stack.name}/${logicalId} (${type}) could not be deployed: ${reason}`, { cause });
    }
  }
}

function dependenciesOf({ DependsOn = [], Properties }: TemplateResource): readonly string[] {
  return [...findReferences(Properties), ...[DependsOn].flat()];
}
