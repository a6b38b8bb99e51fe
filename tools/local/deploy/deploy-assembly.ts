import type { DeployedResource, Engine, LocalService } from '../local-service.ts';
import type { ResourceStep } from './deploy-stack.ts';
import { planStack } from './plan-stack.ts';
import { readAssembly } from './read-assembly.ts';
import { refuseUnsupported } from './refuse-unsupported.ts';
import { runDeployment } from './run-deployment.ts';
import { createStackStore, type StackStore } from './stack-store.ts';

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

/**
 * Deploys every stack that `cdk synth` wrote into a folder. Throws `UserError`: before anything is deployed, with all that is
 * not supported; later, with the resource that failed. What was deployed until then stays, and the next deployment goes on from there.
 */
export async function deployAssembly(options: {
  readonly assemblyDir: string;
  readonly services: readonly LocalService[];
  readonly engine: Pick<Engine, 'accountId' | 'clock' | 'persistence' | 'region'>;
  /** Pass the same one to each deployment, so that it updates instead of creating anew. @default nothing was deployed before */
  readonly store?: StackStore;
  readonly onProgress?: (progress: DeployProgress) => void;
}): Promise<DeployedApp> {
  const { assemblyDir, engine, onProgress = () => {}, services } = options;
  const { store = createStackStore(engine) } = options;
  const providers = new Map(services.flatMap(({ resources }) => Object.entries(resources)));
  const assembly = readAssembly(assemblyDir);
  const planned = assembly.map((source) => planStack(source, engine));
  refuseUnsupported(planned, providers);

  const stacks: DeployedStack[] = [];
  for (const [index, { isProtected, name: stackName }] of assembly.entries()) {
    const plan = planned[index];
    if (!plan) continue;
    const stack = store.find(stackName) ?? store.create(stackName, 'CREATE_IN_PROGRESS');
    stack.isProtected = isProtected;
    await runDeployment({
      stack,
      plan,
      store,
      providers,
      engine,
      // A data folder may have what an engine that was killed had deployed, and not that it had.
      adopts: engine.persistence !== undefined,
      keepsFailed: true,
      onStep({ logicalId, status, type }) {
        const action = ACTIONS[status];
        if (action) onProgress({ stackName, logicalId, type, action });
      },
    });
    const outputs = Object.fromEntries(stack.outputs.map(({ key, value }) => [key, value]));
    stacks.push({ name: stackName, outputs, resources: Object.fromEntries(stack.deployed) });
  }
  return { stacks };
}

const ACTIONS: Readonly<Partial<Record<ResourceStep['status'], DeployProgress['action']>>> = {
  CREATE_COMPLETE: 'deployed',
  UPDATE_COMPLETE: 'deployed',
  UNCHANGED: 'unchanged',
  DELETE_COMPLETE: 'removed',
  DELETE_SKIPPED: 'removed',
};
