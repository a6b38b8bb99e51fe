import type { DeployedApp, DeployProgress } from './local/deploy/deploy-assembly.ts';
import { type LocalAws, startLocalAws } from './local/start-local-aws.ts';
import { type Steps, silentSteps } from './steps.ts';

/** A CDK app, deployed to an AWS of its own on this machine. */
export interface RunningApp {
  readonly aws: LocalAws;
  readonly app: DeployedApp;
  close(): Promise<void>;
}

export interface StartOptions {
  /** Port on 127.0.0.1; 0 is any free one. @default 0 */
  readonly port?: number;
  /** Seed of the injected faults. @default 1 */
  readonly seed?: number;
  /** Where the AWS keeps its state across restarts. @default in memory */
  readonly dataDir?: string;
  /** How young an event may not be when a replay begins: about ten minutes on AWS. @default 0 */
  readonly archiveDelayMs?: number;
  /** How long an idle function is kept warm, on the engine's clock. @default ten minutes */
  readonly environmentIdleMs?: number;
  /** Told of each step. @default nobody */
  readonly steps?: Steps;
  /** Ends the start, which then rejects with its reason. @default it goes on to its end */
  readonly signal?: AbortSignal;
}

export interface StartAssemblyOptions extends StartOptions {
  /** Answers the folder of the cloud assembly, once the AWS is up. */
  readonly assemble: (aws: LocalAws) => Promise<string>;
  /** Told of each resource. @default nobody */
  readonly onProgress?: (progress: DeployProgress) => void;
}

/** Starts an AWS and deploys a cloud assembly to it; a start that fails or is ended leaves nothing behind. */
export async function startAssembly(options: StartAssemblyOptions): Promise<RunningApp> {
  const { archiveDelayMs, assemble, dataDir, environmentIdleMs, onProgress } = options;
  const { port = 0, seed = 1, signal, steps = silentSteps } = options;
  // The AWS first: a taken port is told at once, and an app that asks for its account while it is synthesised gets an answer.
  const aws = await steps.step(
    'local AWS up',
    () => startLocalAws({ port, seed, dataDir, archiveDelayMs, environmentIdleMs }),
    ({ endpoint }) => `on ${endpoint}`,
  );
  try {
    const assembly = await assemble(aws);
    signal?.throwIfAborted();
    const app = await steps.step('stacks deployed', () => aws.deploy(assembly, onProgress));
    signal?.throwIfAborted();
    return { aws, app, close: aws.close };
  } catch (error) {
    await aws.close();
    throw error;
  }
}
