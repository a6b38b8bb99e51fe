import { join } from 'node:path';
import { type Apis, createApis } from './api/create-apis.ts';
import type { Buses } from './bus/buses.ts';
import { createBuses } from './bus/create-buses.ts';
import { type Clock, createClock } from './clock.ts';
import { createStacks, type Stacks } from './deploy/create-stacks.ts';
import type { DeployedApp, DeployProgress } from './deploy/deploy-assembly.ts';
import { createTables, type Tables } from './fan-in/create-tables.ts';
import { createFaults, type Faults } from './faults.ts';
import { createFunctions } from './function/create-functions.ts';
import { createLogs, type Logs } from './function/create-logs.ts';
import type { Functions } from './function/functions.ts';
import type { Engine, LocalService } from './local-service.ts';
import { createObservations, type Observations } from './observations.ts';
import type { Persistence } from './persistence/persistence.ts';
import { createQueues } from './queue/create-queues.ts';
import type { Queues } from './queue/queues.ts';
import { createRecord } from './record/create-record.ts';
import { createSource } from './source/create-source.ts';
import type { Source } from './source/source.ts';
import { createAuthority } from './wire/authority.ts';
import { type Callers, createCallers } from './wire/callers.ts';
import { createIdentities, type Identities } from './wire/create-identities.ts';
import { createGateway } from './wire/gateway.ts';
import { createParameters } from './wire/parameters.ts';
import { createSts } from './wire/sts.ts';

/** An AWS of one's own on 127.0.0.1. */
export interface LocalAws {
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly observations: Observations;
  readonly faults: Faults;
  readonly callers: Callers;
  /** The environment variables that point an SDK or the AWS CLI here. */
  readonly environment: Readonly<Record<string, string>>;
  readonly identities: Identities;
  readonly sts: LocalService;
  readonly parameters: LocalService;
  readonly stacks: Stacks;
  readonly logs: Logs;
  readonly queues: Queues;
  readonly tables: Tables;
  readonly source: Source;
  readonly functions: Functions;
  readonly apis: Apis;
  readonly buses: Buses;
  /** Deploys what `cdk synth` wrote into a folder; a second time it updates. Throws `UserError`. */
  deploy(assemblyDir: string, onProgress?: (progress: DeployProgress) => void): Promise<DeployedApp>;
  /** Hangs up on everyone and ends whatever was started. */
  close(): Promise<void>;
}

export interface LocalAwsOptions {
  /** @default a free one */
  readonly port?: number;
  /** @default us-east-1 */
  readonly region?: string;
  /** Decides which chances the injected faults take. @default 1 */
  readonly seed?: number;
  /** How long after its publication an archive has an event for replays: on AWS about ten minutes. @default 0 */
  readonly archiveDelayMs?: number;
  /** How long an idle execution environment is kept, on the engine's clock. @default ten minutes */
  readonly environmentIdleMs?: number;
  /** Where each log group is also a file that one can tail. @default `logs` of the data folder; no files without one */
  readonly logFolder?: string;
  /** Where the engine's state outlives it, see `openPersistence`. @default in memory */
  readonly dataDir?: string;
}

/**
 * Starts it. Rejects when a part cannot start, after ending those that could; with `UserError`
 * when the port is taken or the data folder cannot be used.
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const { dataDir, region = 'us-east-1' } = options;
  if (dataDir === undefined) return startParts(options);
  // Loaded only when asked for: who stays in memory pays nothing for SQLite.
  const { openPersistence } = await import('./persistence/open-persistence.ts');
  const persistence = openPersistence({ folder: dataDir, region });
  try {
    return await startParts(options, persistence);
  } catch (error) {
    persistence.close();
    throw error;
  }
}

async function startParts(options: LocalAwsOptions, persistence?: Persistence): Promise<LocalAws> {
  const { port = 0, region = 'us-east-1', seed = 1 } = options;
  const { archiveDelayMs, dataDir, environmentIdleMs } = options;
  const { logFolder = dataDir && join(dataDir, 'logs') } = options;
  const clock = createClock();
  const observations = createObservations();
  const faults = createFaults({
    seed,
    onStrike: ({ hop, effect }, subject) => observations.report({ kind: 'faulted', hop, effect, subject }),
  });
  const identities = createIdentities({ accountId: ACCOUNT_ID });
  const engine: Engine = {
    region,
    accountId: ACCOUNT_ID,
    clock,
    observations,
    faults,
    authority: createAuthority({ accountId: ACCOUNT_ID, identities, observations }),
    persistence,
    endpoint: () => gateway.endpoint,
  };
  const callers = createCallers();

  const sts = createSts(engine, { callers, identities });
  const parameters = createParameters(engine);
  const logs = createLogs(engine, { folder: logFolder });
  const queues = createQueues(engine);
  const tables = createTables(engine);
  const source = createSource(engine, { emit: (event) => buses.putServiceEvent(event) });
  const gateway = createGateway({ engine, callers, port });
  const functions = createFunctions(engine, { queues, callers, logs, source, environmentIdleMs });
  const apis = createApis(engine, { functions, logs });
  const record = createRecord({ clock, observations });
  const buses = createBuses(engine, { queues, functions, logs, archiveDelayMs, record });

  const stacks = createStacks(engine, { services: () => services, source });

  const services: readonly LocalService[] = [
    sts,
    parameters,
    identities,
    logs,
    queues,
    tables,
    source,
    functions,
    apis,
    buses,
    stacks,
  ];
  // Ended backwards: the buses stop to deliver, then the functions are gone, and only then who answered their requests.
  const parts = [sts, identities, logs, queues, tables, source, gateway, functions, apis, buses];
  const endAll = async () => {
    for (const part of parts.toReversed()) await part.close();
    persistence?.close();
  };

  let isWhole: boolean;
  try {
    await tables.open();
    await apis.open();
    await gateway.listen(services);
    isWhole = await stacks.open();
  } catch (error) {
    await endAll();
    throw error;
  }
  // What was deployed is whole again only after its next deployment, unless it came over the wire.
  const resume = () => {
    for (const service of services) service.resume?.();
  };
  if (isWhole) resume();
  let ending: Promise<void> | undefined;
  return {
    endpoint: gateway.endpoint,
    port: gateway.port,
    region,
    accountId: ACCOUNT_ID,
    clock,
    observations,
    faults,
    callers,
    environment: clientEnvironment(gateway.endpoint, region),
    identities,
    sts,
    parameters,
    stacks,
    logs,
    queues,
    tables,
    source,
    functions,
    apis,
    buses,
    async deploy(assemblyDir, onProgress) {
      const app = await stacks.deploy(assemblyDir, onProgress);
      resume();
      return app;
    },
    close() {
      ending ??= endAll();
      return ending;
    },
  };
}

function clientEnvironment(endpoint: string, region: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** No account of AWS's has it. */
const ACCOUNT_ID = '000000000000';
