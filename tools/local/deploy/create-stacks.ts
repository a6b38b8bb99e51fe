import type { Engine, LocalService } from '../local-service.ts';
import type { Source } from '../source/source.ts';
import { changeSetOperations } from './change-set-operations.ts';
import { createTurns } from './create-turns.ts';
import { type DeployedApp, type DeployProgress, deployAssembly } from './deploy-assembly.ts';
import { deploymentOperations } from './deployment-operations.ts';
import { describeOperations } from './describe-operations.ts';
import { keepStacks } from './keep-stacks.ts';
import { restoreStack } from './run-deployment.ts';
import type { Stack } from './stack.ts';
import { createStackStore } from './stack-store.ts';
import type { StacksContext } from './stacks-context.ts';

/** CloudFormation: what is deployed in process and what is deployed over the wire are the same stacks. */
export interface Stacks extends LocalService {
  /**
   * Brings back the stacks of the data folder. True when all is there that they had deployed; false when the next deployment of an
   * assembly has to make a part of it.
   */
  open(): Promise<boolean>;
  /** Deploys what `cdk synth` wrote into a folder; a second time it updates. Throws `UserError`. */
  deploy(assemblyDir: string, onProgress?: (progress: DeployProgress) => void): Promise<DeployedApp>;
}

export function createStacks(
  engine: Engine,
  options: {
    /** Asked whenever something is deployed. */
    readonly services: () => readonly LocalService[];
    /** Where templates lie. */
    readonly source: Pick<Source, 'read'>;
  },
): Stacks {
  const { services, source } = options;
  const store = createStackStore(engine);
  let kept: { changed(): void } | undefined;
  const changed = () => kept?.changed();
  const providers = () => new Map(services().flatMap(({ resources }) => Object.entries(resources)));
  const turns = createTurns(store);
  const context: StacksContext = { engine, store, source, providers, changed };

  return {
    name: 'cloudformation',
    resources: {},
    protocol: {
      kind: 'query',
      namespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/',
      operations: turns.taking({
        ...changeSetOperations(context),
        ...deploymentOperations(context),
        ...describeOperations(context),
      }),
    },
    open: () => turns.take(open),
    deploy: (assemblyDir, onProgress) =>
      turns.take(async () => {
        try {
          return await deployAssembly({ assemblyDir, services: services(), engine, store, onProgress });
        } finally {
          changed();
        }
      }),
    close: async () => {},
  };

  async function open(): Promise<boolean> {
    const { endpoint, persistence } = engine;
    kept = persistence && keepStacks({ persistence, store, endpoint: endpoint() });
    const stacks = store.list();
    const isOfWire = ({ declared, source }: Stack) =>
      source === undefined ? declared.size === 0 : !source.isOfAssembly;
    for (const stack of stacks.filter(isOfWire)) {
      await restoreStack({ stack, store, engine, providers: providers() });
    }
    return stacks.every(isOfWire);
  }
}
