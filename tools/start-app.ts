import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeployProgress } from './local/deploy/deploy-assembly.ts';
import { type RunningApp, type StartOptions, startAssembly } from './start-assembly.ts';
import { silentSteps } from './steps.ts';
import { isUnsynthesised, synthesiseApp } from './synthesise-app.ts';

export interface StartAppOptions extends StartOptions {
  /** A folder with a `cdk.json` that names the "app", or with the `manifest.json` that `cdk synth` wrote. */
  readonly appDir: string;
  /** Told of each resource. @default nobody */
  readonly onProgress?: (progress: DeployProgress) => void;
}

/** Starts an AWS, synthesises any CDK app and deploys it; a start that fails or is ended leaves nothing behind. */
export async function startApp(options: StartAppOptions): Promise<RunningApp> {
  const { appDir, signal, steps = silentSteps } = options;
  if (!isUnsynthesised(appDir)) return startAssembly({ ...options, assemble: async () => appDir });
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  try {
    return await startAssembly({
      ...options,
      assemble: ({ environment }) =>
        steps.step('templates synthesised', () => synthesiseApp({ appDir, folder, environment, signal })),
    });
  } finally {
    process.off('exit', removeFolder);
    removeFolder();
  }
}
