import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { UserError } from './user-error.ts';

export interface SynthesiseAppOptions {
  /** A folder with a `cdk.json` that names the "app". */
  readonly appDir: string;
  /** A folder for the cloud assembly and for what its making leaves behind. */
  readonly folder: string;
  /** Where the app finds its AWS, and what CDK heeds; nothing of another AWS is in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** CDK context over that of the `cdk.json`. @default none */
  readonly context?: Readonly<Record<string, string>>;
  /** Ends the synthesis. @default it runs to its end */
  readonly signal?: AbortSignal;
}

/**
 * Runs `cdk synth` on any CDK app, with the app's own CDK CLI where it has one, and answers the folder of its cloud assembly.
 * Throws `UserError` with what the app or the CLI wrote when it cannot be synthesised.
 */
export async function synthesiseApp(options: SynthesiseAppOptions): Promise<string> {
  const { context = {}, environment, folder, signal } = options;
  const appDir = resolve(options.appDir);
  const assembly = join(folder, 'assembly');
  const leftovers = join(folder, 'tmp');
  mkdirSync(leftovers, { recursive: true });
  await run({
    args: [
      findCli(appDir),
      'synth',
      ...['--quiet', '--no-notices', '--lookups=false', '--output', assembly],
      ...Object.entries(context).flatMap(([name, value]) => ['--context', `${name}=${value}`]),
    ],
    cwd: appDir,
    env: {
      ...withoutAws(process.env),
      ...environment,
      // What the person has set up for the real AWS is out of reach.
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_HOME: join(leftovers, 'cdk'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_DISABLE_VERSION_CHECK: 'true',
      TMPDIR: leftovers,
      // An "app" such as `node app.ts` means the Node that runs this.
      PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
    },
    signal,
  });
  return assembly;
}

/**
 * Whether a folder holds an app to synthesise, and not what `cdk synth` made of one already. Throws `UserError` when it is neither,
 * or an app that nothing can start.
 */
export function isUnsynthesised(appDir: string): boolean {
  const cdkJson = join(appDir, 'cdk.json');
  if (existsSync(cdkJson)) {
    if (typeof readJson(cdkJson).app === 'string') return true;
    throw new UserError(`${cdkJson} names no "app": add the command that runs it, such as "node app.ts".`);
  }
  if (existsSync(join(appDir, 'manifest.json'))) return false;
  throw new UserError(
    `${appDir} is no CDK app: it has neither a cdk.json nor the manifest.json of a synthesised one. Give the folder of one of them.`,
  );
}

function readJson(file: string): { readonly app?: unknown } {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UserError(`${file} is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

function findCli(appDir: string): string {
  for (const from of [join(appDir, 'cdk.json'), import.meta.url]) {
    try {
      return createRequire(from).resolve('aws-cdk/bin/cdk');
    } catch {
      // Ours is the next best.
    }
  }
  throw new UserError('the CDK CLI is not installed: run npm install --save-dev aws-cdk.');
}

function withoutAws(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('AWS_')));
}

async function run(options: {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
}): Promise<void> {
  const { args, cwd, env, signal } = options;
  signal?.throwIfAborted();
  // A group of its own: Ctrl-C in the terminal does not reach it, and it can be ended with all it started.
  const child = spawn(process.execPath, args, {
    cwd,
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => output.push(chunk));

  const end = () => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Nothing of the group is left.
    }
  };
  signal?.addEventListener('abort', end);
  process.once('exit', end);
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal?.throwIfAborted();
    if (status === 0) return;
    throw new UserError(`cdk synth failed in ${cwd}:\n${Buffer.concat(output).toString().trim()}`);
  } finally {
    signal?.removeEventListener('abort', end);
    process.off('exit', end);
  }
}
