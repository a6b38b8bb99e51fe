import { type Names, namesOf } from '../infra/names.ts';
import type { Overrides } from '../infra/overrides.ts';
import { generateWhenChanged } from './codegen/generate-when-changed.ts';
import { type RunningApp, type StartOptions, startAssembly } from './start-assembly.ts';
import { silentSteps } from './steps.ts';
import { synthesiseSystem } from './synthesise-system.ts';

/** The Fanbus app, deployed to an AWS of its own on this machine. */
export interface System extends RunningApp {
  /** Physical names of what the stage deploys. */
  readonly names: Names;
  /** Of the HTTP API, without a slash at its end. */
  readonly apiUrl: string;
}

export interface SystemOptions extends StartOptions {
  /** @default 'dev' */
  readonly stage?: string;
  /** Settings of single consumers, as the CDK context `overrides`. @default none */
  readonly overrides?: Overrides;
  /** Called when the contracts are there, before anything is made of them. @default nobody is */
  readonly onGenerated?: () => void;
}

/** Generates the contracts, then starts the app; a start that fails or is ended leaves nothing behind. */
export async function startSystem(options: SystemOptions = {}): Promise<System> {
  const { onGenerated = () => {}, overrides, signal, stage = 'dev', steps = silentSteps } = options;
  await steps.step('contracts generated', () => generateWhenChanged(), unchanged);
  onGenerated();
  const running = await startAssembly({
    ...options,
    assemble: async () => {
      const { assembly } = await steps.step(
        'templates synthesised',
        () => synthesiseSystem({ stage, overrides, signal }),
        ({ isUnchanged }) => unchanged(isUnchanged),
      );
      return assembly;
    },
  });
  const { accountId, region } = running.aws;
  return { ...running, names: namesOf({ stage, accountId, region }), apiUrl: apiUrlOf(running) };
}

/** Only an API has this attribute, and there is one. */
function apiUrlOf({ app }: RunningApp): string {
  const resources = app.stacks.flatMap((stack) => Object.values(stack.resources));
  const url = resources.map(({ attributes }) => attributes.ApiEndpoint).find((one) => one !== undefined);
  if (url === undefined) throw new Error('the app has no HTTP API');
  return url;
}

const unchanged = (isUnchanged: boolean) => (isUnchanged ? '(unchanged)' : '');
