import { type Clock, createClock } from './clock.ts';
import { createTables, type Tables } from './fan-in/create-tables.ts';
import { createFaults, type Faults } from './faults.ts';
import type { Engine, LocalService } from './local-service.ts';
import { createObservations, type Observations } from './observations.ts';
import { createQueues } from './queue/create-queues.ts';
import type { Queues } from './queue/queues.ts';
import { type Callers, createCallers } from './wire/callers.ts';
import { createGateway } from './wire/gateway.ts';
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
  readonly queues: Queues;
  readonly tables: Tables;
  /** Hangs up on everyone and ends whatever was started. */
  close(): Promise<void>;
}

/** Starts it. Rejects when a part cannot start, after ending those that could. */
export async function startLocalAws(
  options: {
    /** @default a free one */
    readonly port?: number;
    /** @default us-east-1 */
    readonly region?: string;
    /** Decides which chances the injected faults take. @default 1 */
    readonly seed?: number;
  } = {},
): Promise<LocalAws> {
  const { port = 0, region = 'us-east-1', seed = 1 } = options;
  const clock = createClock();
  const observations = createObservations();
  const faults = createFaults({
    seed,
    onStrike: ({ hop, effect }, subject) => observations.report({ kind: 'faulted', hop, effect, subject }),
  });
  const engine: Engine = {
    region,
    accountId: ACCOUNT_ID,
    clock,
    observations,
    faults,
    endpoint: () => gateway.endpoint,
  };
  const callers = createCallers();
  const gateway = createGateway({ engine, callers, port });
  const queues = createQueues(engine);
  const tables = createTables(engine);
  const services: readonly LocalService[] = [createSts(engine), queues, tables];

  await gateway.listen(services);
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
    queues,
    tables,
    async close() {
      await gateway.close();
      for (const service of [...services].reverse()) await service.close();
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
