import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { addStacks } from './app.ts';
import type { Overrides } from './overrides.ts';

export interface SynthesiseOptions {
  /** Folder for the cloud assembly. */
  readonly outdir: string;
  /** @default 'dev' */
  readonly stage?: string;
  /** What this synthesis changes of single consumers. @default nothing */
  readonly overrides?: Overrides;
}

/** Writes the cloud assembly that `cdk synth` would, in this process and from any working directory. */
export function synthesise({ outdir, stage = 'dev', overrides = {} }: SynthesiseOptions): void {
  const app = new App({ outdir, context: { ...cdkJson.context, stage, overrides } });
  addStacks(app);
  app.synth();
}
