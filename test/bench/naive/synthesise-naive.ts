import { App } from 'aws-cdk-lib';
import { NaiveStack } from './naive-stack.ts';

/** Writes the naive design's cloud assembly, functions bundled, into this folder. */
export function synthesiseNaive({ outdir }: { outdir: string }): void {
  const app = new App({ outdir, analyticsReporting: false });
  new NaiveStack(app, 'naive');
  app.synth();
}
