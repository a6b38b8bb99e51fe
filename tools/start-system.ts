import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Names, namesOf } from '../infra/names.ts';
import { synthesise } from '../infra/synthesise.ts';
import { generate } from './codegen/generate.ts';
import { type LocalAws, startLocalAws } from './local/start-local-aws.ts';
import type { Steps } from './steps.ts';

/** The Fanbus app, deployed to an AWS of its own on this machine. */
export interface System {
  readonly aws: LocalAws;
  /** Physical names of what the stage deploys. */
  readonly names: Names;
  close(): Promise<void>;
}

export interface SystemOptions {
  /** Port on 127.0.0.1; 0 is any free one. @default 0 */
  readonly port?: number;
  /** @default 'dev' */
  readonly stage?: string;
  /** Seed of the injected faults. @default 1 */
  readonly seed?: number;
  /** Settings of single consumers, as the CDK context `overrides`. */
  readonly overrides?: Parameters<typeof synthesise>[0]['overrides'];
  /** Told of each step. @default nobody */
  readonly steps?: Steps;
}

/** Generates, synthesises, starts and deploys, in this order; a start that fails ends what it started. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { port = 0, stage = 'dev', seed = 1, overrides, steps = silentSteps } = options;
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    await steps.step('contracts generated', async () => generate());
    const outdir = await mkdtemp(join(tmpdir(), 'fanbus-'));
    undo.push(() => rm(outdir, { recursive: true, force: true }));
    await steps.step('templates synthesised', async () => synthesise({ stage, outdir, overrides }));
    const aws = await steps.step(
      'local AWS up',
      () => startLocalAws({ port, seed }),
      (started) => `on ${started.endpoint}`,
    );
    undo.push(() => aws.close());
    await steps.step('stacks deployed', () => aws.deploy(outdir));
    return { aws, names: namesOf({ stage, accountId: aws.accountId, region: aws.region }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

const silentSteps: Steps = { step: (_name, work) => work() };
