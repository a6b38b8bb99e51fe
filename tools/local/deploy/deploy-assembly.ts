import type { DeployedResource, Engine, LocalService } from '../local-service.ts';
import { createScope } from './create-scope.ts';
import { deployStack, type StackState } from './deploy-stack.ts';
import { type AssemblyStack, readAssembly } from './read-assembly.ts';
import { type PlannedStack, refuseUnsupported } from './refuse-unsupported.ts';

/** What has been deployed to one engine: pass the same one to each deployment, so that it updates instead of creating anew. */
export interface DeploymentState {
  readonly stacks: Map<string, StackState>;
}

export interface DeployedApp {
  readonly stacks: readonly DeployedStack[];
}

export interface DeployedStack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** By logical id. */
  readonly resources: Readonly<Record<string, DeployedResource>>;
}

export interface DeployProgress {
  readonly stackName: string;
  readonly logicalId: string;
  readonly type: string;
  readonly action: 'deployed' | 'unchanged' | 'removed';
}

export function createDeploymentState(): DeploymentState {
  return { stacks: new Map() };
}

/**
 * Deploys every stack that `cdk synth` wrote into a folder. Throws `UserError`: before anything is deployed, with all that is
 * not supported; later, with the resource that failed. What was deployed until then stays, and the next deployment goes on from there.
 */
export async function deployAssembly(options: {
  readonly assemblyDir: string;
  readonly services: readonly LocalService[];
  readonly engine: Pick<Engine, 'accountId' | 'region'>;
  /** @default nothing was deployed before */
  readonly state?: DeploymentState;
  readonly onProgress?: (progress: DeployProgress) => void;
}): Promise<DeployedApp> {
  const { assemblyDir, engine, onProgress = () => {}, services, state = createDeploymentState() } = options;
  const providers = new Map(services.flatMap(({ resources }) => Object.entries(resources)));
  const planned = readAssembly(assemblyDir).map((stack) => planStack(stack, engine));
  refuseUnsupported(planned, providers);

  const stacks: DeployedStack[] = [];
  for (const { resources, stack } of planned) {
    const stackState = state.stacks.get(stack.name) ?? {
      deployed: new Map(),
      declared: new Map(),
      exports: new Map(),
    };
    state.stacks.set(stack.name, stackState);
    const exports = new Map([...state.stacks.values()].flatMap((each) => [...each.exports]));
    const outputs = await deployStack({
      stack,
      resources,
      providers,
      state: stackState,
      scope: createScope({ stack, engine, exports, resources: stackState.deployed }),
      onProgress,
    });
    stacks.push({ name: stack.name, outputs, resources: Object.fromEntries(stackState.deployed) });
  }
  return { stacks };
}

/** The stack's resources without those whose condition is false, and without CDK's own statistics. */
function planStack(stack: AssemblyStack, engine: Pick<Engine, 'accountId' | 'region'>): PlannedStack {
  const scope = createScope({ stack, engine, resources: new Map(), exports: new Map() });
  const resources = Object.entries(stack.template.Resources ?? {}).filter(
    ([, { Condition, Type }]) =>
      Type !== 'AWS::CDK::Metadata' && (Condition === undefined || scope.isTrue(Condition)),
  );
  return { stack, resources: new Map(resources) };
}
