import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { Fault } from '../faults.ts';
import type { Engine } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Callers } from '../wire/callers.ts';
import type { Logs } from './create-logs.ts';
import { environmentVariables } from './environment-variables.ts';
import {
  type EnvironmentAnswer,
  type ExecutionEnvironment,
  startEnvironment,
} from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Invocation } from './functions.ts';
import { endLines, startLines } from './system-log.ts';

/** One function as it was last deployed, with the environments that run it. */
export interface LocalFunction {
  readonly arn: string;
  readonly configuration: FunctionConfiguration;
  readonly modifiedAt: number;
  /** Rejects with `AwsError` when throttled or when the payload is too long. */
  invoke(payload: string): Promise<Invocation>;
  /** Ends the idle environments now and the busy ones once they have answered. */
  retire(): Promise<void>;
  /** Kills every environment. */
  end(): Promise<void>;
}

/** A function whose environments are started on demand, kept warm, reused before a new one starts, and ended after five idle minutes. */
export function createLocalFunction(options: {
  readonly engine: Engine;
  readonly callers: Callers;
  readonly logs: Logs;
  readonly configuration: FunctionConfiguration;
  readonly taskRoot: string;
  /** Where its environments keep their temporary files. */
  readonly temporaryFolder: string;
}): LocalFunction {
  const { callers, configuration, engine, logs, taskRoot, temporaryFolder } = options;
  const { clock, faults, observations } = engine;
  const { memoryMb, name, reservedConcurrency, timeoutSeconds } = configuration;
  const arn = `arn:aws:lambda:${engine.region}:${engine.accountId}:function:${name}`;
  const all = new Set<WarmEnvironment>();
  // The last one used comes first, so that the others can grow old.
  const idle: WarmEnvironment[] = [];
  let isRetired = false;
  let isEnded = false;
  let running = 0;
  let unspentCrash: Fault | undefined;

  return {
    arn,
    configuration,
    modifiedAt: clock.now(),
    async invoke(payload) {
      if (isEnded) throw new AwsError('ServiceException', 'the local Lambda has ended', { status: 500 });
      if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) throw payloadTooLong(PAYLOAD_LIMIT);
      const isThrottled = faults.isArmed('function') && faults.draw('function', 'throttle', name);
      if (isThrottled || running >= (reservedConcurrency ?? Number.POSITIVE_INFINITY))
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
      running += 1;
      try {
        return await run(payload);
      } finally {
        running -= 1;
      }
    },
    async retire() {
      isRetired = true;
      await Promise.all(idle.splice(0).map(discard));
    },
    async end() {
      isRetired = true;
      isEnded = true;
      await Promise.all([...all].map(discard));
    },
  };

  async function run(payload: string): Promise<Invocation> {
    const delay = faults.isArmed('function') ? faults.draw('function', 'delay', name) : undefined;
    if (delay?.ms) await new Promise<void>((resolve) => clock.after(delay.ms ?? 0, resolve));
    const crash = faults.isArmed('function')
      ? (unspentCrash ?? faults.draw('function', 'crash', name))
      : undefined;
    unspentCrash = undefined;
    const requestId = randomUUID();
    const warm = takeWarm();
    const coldStart = !warm;
    const environment = warm ?? start();
    const systemLines = (lines: readonly string[]) => {
      for (const line of lines) logs.write(configuration.logging.group, environment.logStream, line);
      return lines.reduce((bytes, line) => bytes + Buffer.byteLength(line), 0);
    };

    const startBytes = systemLines(startLines(configuration, requestId));
    const answer = await environment.invoke({
      requestId,
      functionArn: arn,
      traceId: traceId(clock.now()),
      payload,
      timeoutMs: timeoutSeconds * 1_000,
      dieAfterRequests: crash?.afterRequests,
    });
    // A handler that made fewer requests lived on: the next one is struck instead.
    if (crash?.afterRequests !== undefined && environment.isAlive()) unspentCrash = crash;
    const outcome =
      crash && crash.afterRequests === undefined ? died(answer, requestId) : limitResponse(answer);
    if (crash && crash.afterRequests === undefined) await discard(environment);
    giveBack(environment);

    const billedMs = Math.ceil(outcome.durationMs + outcome.initMs);
    const maxRssMb = Math.ceil(outcome.maxRssBytes / 1_048_576);
    const endBytes = systemLines(endLines(configuration, requestId, { ...outcome, billedMs, maxRssMb }));
    observations.report({
      kind: 'invoked',
      function: name,
      requestId,
      durationMs: outcome.durationMs,
      billedMs,
      memoryMb,
      maxRssMb,
      coldStart,
      ...(outcome.failure && { error: `${outcome.failure.errorType}: ${outcome.failure.errorMessage}` }),
      logBytes: startBytes + outcome.logBytes + endBytes,
    });
    return outcome.failure
      ? { payload: JSON.stringify(outcome.failure), functionError: 'Unhandled' }
      : { payload: outcome.payload ?? 'null' };
  }

  function start(): WarmEnvironment {
    const id = randomBytes(16).toString('hex');
    const folder = path.join(temporaryFolder, id);
    mkdirSync(folder, { recursive: true });
    const logStream = `${new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')}/[$LATEST]${id}`;
    const environment: WarmEnvironment = {
      ...startEnvironment({
        taskRoot,
        memoryMb,
        variables: environmentVariables({
          engine,
          configuration,
          credentials: callers.issue({ kind: 'function', name, roleArn: configuration.role }),
          taskRoot,
          temporaryFolder: folder,
          logStream,
        }),
        onLine: (line) => logs.write(configuration.logging.group, logStream, line),
      }),
      folder,
      logStream,
      stopAging: () => {},
    };
    all.add(environment);
    return environment;
  }

  function takeWarm(): WarmEnvironment | undefined {
    for (let warm = idle.shift(); warm; warm = idle.shift()) {
      warm.stopAging();
      if (warm.isAlive()) return warm;
      void discard(warm);
    }
    return undefined;
  }

  function giveBack(environment: WarmEnvironment): void {
    if (isRetired || !environment.isAlive()) {
      void discard(environment);
      return;
    }
    idle.unshift(environment);
    environment.stopAging = clock.after(IDLE_MS, () => {
      idle.splice(idle.indexOf(environment), 1);
      void discard(environment);
    });
  }

  async function discard(environment: WarmEnvironment): Promise<void> {
    environment.stopAging();
    await environment.end();
    all.delete(environment);
    rmSync(environment.folder, { recursive: true, force: true });
  }
}

interface WarmEnvironment extends ExecutionEnvironment {
  readonly folder: string;
  readonly logStream: string;
  stopAging: () => void;
}

/** Lambda's limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAYLOAD_LIMIT = 6_291_456;
const RESPONSE_LIMIT = 6_291_556;
const IDLE_MS = 5 * 60_000;

/** Lambda's refusal of a payload above its limit. */
export function payloadTooLong(limit: number): AwsError {
  return new AwsError(
    'RequestEntityTooLargeException',
    `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    { status: 413 },
  );
}

function died(answer: EnvironmentAnswer, requestId: string): EnvironmentAnswer {
  const errorMessage = `RequestId: ${requestId} Error: Runtime exited with error: signal: killed`;
  return { ...answer, payload: undefined, failure: { errorType: 'Runtime.ExitError', errorMessage } };
}

function limitResponse(answer: EnvironmentAnswer): EnvironmentAnswer {
  if (Buffer.byteLength(answer.payload ?? '') <= RESPONSE_LIMIT) return answer;
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`;
  return {
    ...answer,
    payload: undefined,
    failure: { errorType: 'Function.ResponseSizeTooLarge', errorMessage },
  };
}

function traceId(now: number): string {
  const root = `1-${Math.floor(now / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
