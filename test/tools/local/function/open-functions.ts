import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Clock, createClock } from '../../../../tools/local/clock.ts';
import { createFaults, type Faults } from '../../../../tools/local/faults.ts';
import { createFunctions } from '../../../../tools/local/function/create-functions.ts';
import { createLogs, type Logs } from '../../../../tools/local/function/create-logs.ts';
import type { Functions } from '../../../../tools/local/function/functions.ts';
import type { Engine, JsonObject, LocalService } from '../../../../tools/local/local-service.ts';
import { createObservations, type Observations } from '../../../../tools/local/observations.ts';
import { createQueues } from '../../../../tools/local/queue/create-queues.ts';
import type { Queue, Queues } from '../../../../tools/local/queue/queues.ts';
import { createSource } from '../../../../tools/local/source/create-source.ts';
import { createCallers } from '../../../../tools/local/wire/callers.ts';
import { createIdentities, type Identities } from '../../../../tools/local/wire/create-identities.ts';
import { createGateway } from '../../../../tools/local/wire/gateway.ts';
import { createSts } from '../../../../tools/local/wire/sts.ts';

/** The engine's Lambda with queues behind a gateway, as a test uses it. */
export interface OpenFunctions {
  readonly engine: Engine;
  readonly services: readonly LocalService[];
  readonly endpoint: string;
  readonly clock: Clock;
  readonly faults: Faults;
  readonly observations: Observations;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly logs: Logs;
  readonly identities: Identities;
  /** Deploys a function named `name` from files by path; `index.js` alone when given as text. Answers its ARN. */
  addFunction(name: string, code: string | Record<string, string>, properties?: JsonObject): Promise<string>;
  addQueue(name: string, properties?: JsonObject): Promise<Queue>;
  /** Maps a queue to a function. Answers the mapping's id. */
  map(queue: Queue, functionName: string, properties?: JsonObject): Promise<string>;
  close(): Promise<void>;
}

export async function openFunctions(): Promise<OpenFunctions> {
  const folder = mkdtempSync(path.join(tmpdir(), 'functions-test-'));
  // As in a clone of a package of ES modules: a bundle of CommonJS below it must load all the same.
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  const clock = createClock();
  const observations = createObservations();
  const faults = createFaults({
    seed: 1,
    onStrike: ({ hop, effect }, subject) => observations.report({ kind: 'faulted', hop, effect, subject }),
  });
  const engine: Engine = {
    region: 'us-east-1',
    accountId: '000000000000',
    clock,
    observations,
    faults,
    endpoint: () => gateway.endpoint,
  };
  const callers = createCallers();
  const gateway = createGateway({ engine, callers });
  const queues = createQueues(engine);
  const logs = createLogs(engine);
  const functions = createFunctions(engine, {
    queues,
    callers,
    logs,
    source: createSource(engine, { emit: () => {} }),
  });
  const identities = createIdentities(engine);
  const services: readonly LocalService[] = [
    createSts(engine, { callers, identities }),
    identities,
    queues,
    logs,
    functions,
  ];
  await gateway.listen(services);

  const deploy = async (type: string, logicalId: string, properties: JsonObject, physicalId?: string) => {
    const provider = services.flatMap(({ resources }) => resources[type] ?? [])[0];
    if (!provider) throw new Error(`nothing deploys ${type}`);
    const asset = (key: string) => path.join(folder, key);
    const declared = { type, logicalId, properties, physicalId, asset, stackName: 'test' };
    return provider.deploy({ ...declared, generatedName: `test-${logicalId}` });
  };

  let assets = 0;
  return {
    engine,
    services,
    endpoint: gateway.endpoint,
    clock,
    faults,
    observations,
    functions,
    queues,
    logs,
    identities,
    async addFunction(name, code, properties = {}) {
      assets += 1;
      const files = typeof code === 'string' ? { 'index.js': code } : code;
      for (const [file, text] of Object.entries(files)) {
        const target = path.join(folder, `asset${assets}`, file);
        mkdirSync(path.dirname(target), { recursive: true });
        writeFileSync(target, text);
      }
      const { attributes } = await deploy('AWS::Lambda::Function', name, {
        FunctionName: name,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Role: `arn:aws:iam::000000000000:role/${name}`,
        Code: { S3Bucket: 'assets', S3Key: `asset${assets}` },
        ...properties,
      });
      return String(attributes.Arn);
    },
    async addQueue(name, properties = {}) {
      const { attributes } = await deploy('AWS::SQS::Queue', name, { QueueName: name, ...properties });
      const queue = queues.byArn(String(attributes.Arn));
      if (!queue) throw new Error(`no queue ${name}`);
      return queue;
    },
    async map(queue, functionName, properties = {}) {
      const { physicalId } = await deploy('AWS::Lambda::EventSourceMapping', `${functionName}-mapping`, {
        EventSourceArn: queue.arn,
        FunctionName: functionName,
        ...properties,
      });
      return physicalId;
    },
    async close() {
      await gateway.close();
      await functions.close();
      await queues.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
