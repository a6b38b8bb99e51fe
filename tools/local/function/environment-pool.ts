import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Engine } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Callers } from '../wire/callers.ts';
import type { Logs } from './create-logs.ts';
import { environmentVariables } from './environment-variables.ts';
import { type ExecutionEnvironment, startEnvironment } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** The environments of one function. */
export interface EnvironmentPool {
  /** An idle environment, the last one used first, or else a new one. */
  take(): { readonly environment: PooledEnvironment; readonly isNew: boolean };
  /** Keeps it for the next invocation; for a while on the engine's clock. One that died is cleared away. */
  giveBack(environment: PooledEnvironment): void;
  /** Kills it. */
  discard(environment: PooledEnvironment): Promise<void>;
  /** Ends the idle ones now and the others when they are given back. */
  retire(): Promise<void>;
  /** Kills all and starts no more. */
  end(): Promise<void>;
}

export interface PooledEnvironment extends ExecutionEnvironment {
  readonly logStream: string;
  readonly temporaryFolder: string;
}

export interface EnvironmentPoolOptions {
  readonly engine: Engine;
  readonly callers: Callers;
  readonly logs: Logs;
  /** How long an idle environment is kept, on the engine's clock. @default ten minutes */
  readonly environmentIdleMs?: number;
  readonly configuration: FunctionConfiguration;
  /** Answers the folder of the function's code. */
  readonly unpack: () => string;
  /** Where the environments keep their temporary files. */
  readonly temporaryFolder: string;
}

export function createEnvironmentPool(options: EnvironmentPoolOptions): EnvironmentPool {
  const { engine, environmentIdleMs = 10 * 60_000 } = options;
  const { clock } = engine;
  const all = new Set<PooledEnvironment>();
  // The last one used comes last, so that the others can grow old. With each, the way to stop its aging.
  const idle = new Map<PooledEnvironment, () => void>();
  let isRetired = false;
  let isEnded = false;

  return {
    take() {
      if (isEnded) throw new AwsError('ServiceException', 'the local Lambda has ended', { status: 500 });
      for (const [environment, stopAging] of [...idle].reverse()) {
        idle.delete(environment);
        stopAging();
        if (environment.isAlive()) return { environment, isNew: false };
        void discard(environment);
      }
      const environment = startPooled(options);
      all.add(environment);
      return { environment, isNew: true };
    },
    giveBack(environment) {
      if (isRetired || !environment.isAlive()) {
        void discard(environment);
        return;
      }
      const stopAging = clock.after(environmentIdleMs, () => {
        idle.delete(environment);
        void discard(environment);
      });
      idle.set(environment, stopAging);
    },
    discard,
    async retire() {
      isRetired = true;
      await discardIdle();
    },
    async end() {
      isRetired = true;
      isEnded = true;
      await discardIdle();
      await Promise.all([...all].map(discard));
    },
  };

  async function discardIdle(): Promise<void> {
    const environments = [...idle.keys()];
    for (const stopAging of idle.values()) stopAging();
    idle.clear();
    await Promise.all(environments.map(discard));
  }

  async function discard(environment: PooledEnvironment): Promise<void> {
    await environment.end();
    all.delete(environment);
    rmSync(environment.temporaryFolder, { recursive: true, force: true });
  }
}

function startPooled(options: EnvironmentPoolOptions): PooledEnvironment {
  const { callers, configuration, engine, logs, unpack } = options;
  const { memoryMb, name, role } = configuration;
  const id = randomBytes(16).toString('hex');
  const temporaryFolder = path.join(options.temporaryFolder, id);
  mkdirSync(temporaryFolder, { recursive: true });
  const day = new Date(engine.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[$LATEST]${id}`;
  const taskRoot = unpack();
  const credentials = callers.issue({ kind: 'function', name, roleArn: role });
  const environment = startEnvironment({
    taskRoot,
    memoryMb,
    variables: environmentVariables({
      engine,
      configuration,
      credentials,
      taskRoot,
      temporaryFolder,
      logStream,
    }),
    onLine: (line) => logs.write(configuration.logging.group, logStream, line),
  });
  return { ...environment, logStream, temporaryFolder };
}
