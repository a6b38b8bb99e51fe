import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployedApp, DeployProgress } from './local/deploy/deploy-assembly.ts';
import { type LocalAws, startLocalAws } from './local/start-local-aws.ts';
import { type Steps, silentSteps } from './steps.ts';
import { isUnsynthesised, synthesiseApp } from './synthesise-app.ts';

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
  /** Told of each step. @default nobody */
  readonly steps?: Steps;
  /** Ends the start, which then rejects with its reason. @default it goes on to its end */
  readonly signal?: AbortSignal;
}

export interface StartAppOptions extends StartOptions {
  /** A folder with a `cdk.json` that names the "app", or with the `manifest.json` that `cdk synth` wrote. */
  readonly appDir: string;
  /** CDK context over that of the app. @default none */
  readonly context?: Readonly<Record<string, string>>;
  /** Told of each resource. @default nobody */
  readonly onProgress?: (progress: DeployProgress) => void;
}

/** Starts an AWS, synthesises and deploys; a start that fails or is ended leaves nothing behind. */
export async function startApp(options: StartAppOptions): Promise<RunningApp> {
  const { appDir, archiveDelayMs, context, dataDir, onProgress } = options;
  const { port = 0, seed = 1, signal, steps = silentSteps } = options;
  const mustSynthesise = isUnsynthesised(appDir);
  // The AWS first: a taken port is told at once, and an app that asks for its account while it is synthesised gets an answer.
  const aws = await steps.step(
    'local AWS up',
    () => startLocalAws({ port, seed, dataDir, archiveDelayMs }),
    ({ endpoint }) => `on ${endpoint}`,
  );
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  try {
    const { environment } = aws;
    const assembly = mustSynthesise
      ? await steps.step('templates synthesised', () =>
          synthesiseApp({ appDir, folder, environment, context, signal }),
        )
      : appDir;
    const app = await steps.step('stacks deployed', () => aws.deploy(assembly, onProgress));
    signal?.throwIfAborted();
    return { aws, app, close: aws.close };
  } catch (error) {
    await aws.close();
    throw error;
  } finally {
    process.off('exit', removeFolder);
    removeFolder();
  }
}
