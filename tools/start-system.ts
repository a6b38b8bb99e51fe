import { join } from 'node:path';
import { type Names, namesOf } from '../infra/names.ts';
import type { Overrides } from '../infra/overrides.ts';
import { generate } from './codegen/generate.ts';
import { type RunningApp, type StartOptions, startApp } from './start-app.ts';
import { silentSteps } from './steps.ts';

/** The Fanbus app, deployed to an AWS of its own on this machine. */
export interface System extends RunningApp {
  /** Physical names of what the stage deploys. */
  readonly names: Names;
}

export interface SystemOptions extends StartOptions {
  /** @default 'dev' */
  readonly stage?: string;
  /** Settings of single consumers, as the CDK context `overrides`. @default none */
  readonly overrides?: Overrides;
  /** A folder in which the stage stands synthesised already. @default it is synthesised now */
  readonly assembly?: string;
}

/** Generates the contracts, then starts the app; a start that fails or is ended leaves nothing behind. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { assembly, overrides = {}, stage = 'dev', steps = silentSteps, ...startOptions } = options;
  await steps.step('contracts generated', async () => generate());
  const running = await startApp({
    ...startOptions,
    steps,
    appDir: assembly ?? repository,
    context: { stage, overrides: JSON.stringify(overrides) },
  });
  const { accountId, region } = running.aws;
  return { ...running, names: namesOf({ stage, accountId, region }) };
}

const repository = join(import.meta.dirname, '..');
