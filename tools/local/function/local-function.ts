import { randomBytes, randomUUID } from 'node:crypto';
import type { Fault } from '../faults.ts';
import { AwsError } from '../wire/aws-error.ts';
import { createEnvironmentPool, type EnvironmentPoolOptions } from './environment-pool.ts';
import type { EnvironmentAnswer } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import type { Invocation } from './functions.ts';
import { endLines, startLines } from './system-log.ts';

/** One function as it was last deployed, with the environments that run it. */
export interface LocalFunction {
  readonly arn: string;
  readonly configuration: FunctionConfiguration;
  readonly modifiedAt: number;
  /** Answers the folder of its code. */
  readonly unpack: () => string;
  /** Rejects with `AwsError` when throttled or when the payload is too long. `traceHeader` names the trace that it goes on. */
  invoke(payload: string, traceHeader?: string): Promise<Invocation>;
  /** Ends the idle environments now and the busy ones once they have answered. */
  retire(): Promise<void>;
  /** Kills every environment. */
  end(): Promise<void>;
}

/** A function that runs in environments of its own. Its faults, its logs and its `invoked` records are made here. */
export function createLocalFunction(options: EnvironmentPoolOptions): LocalFunction {
  const { configuration, engine, logs } = options;
  const { clock, faults, observations } = engine;
  const { memoryMb, name, reservedConcurrency = Number.POSITIVE_INFINITY, timeoutSeconds } = configuration;
  const arn = `arn:aws:lambda:${engine.region}:${engine.accountId}:function:${name}`;
  const pool = createEnvironmentPool(options);
  let running = 0;
  let unspentCrash: Fault | undefined;

  return {
    arn,
    configuration,
    modifiedAt: clock.now(),
    unpack: options.unpack,
    async invoke(payload, traceHeader) {
      if (Buffer.byteLength(payload) > PAYLOAD_LIMIT) throw payloadTooLong(PAYLOAD_LIMIT);
      const isThrottled = faults.isArmed('function') && faults.draw('function', 'throttle', name);
      if (isThrottled || running >= reservedConcurrency)
        throw new AwsError('TooManyRequestsException', 'Rate Exceeded.', { status: 429 });
      running += 1;
      try {
        return await run(payload, traceHeader);
      } finally {
        running -= 1;
      }
    },
    retire: pool.retire,
    end: pool.end,
  };

  async function run(payload: string, traceHeader: string | undefined): Promise<Invocation> {
    const delay = faults.isArmed('function') ? faults.draw('function', 'delay', name) : undefined;
    const crash = faults.isArmed('function')
      ? (unspentCrash ?? faults.draw('function', 'crash', name))
      : undefined;
    unspentCrash = undefined;
    const requestId = randomUUID();
    const { environment, isNew } = pool.take();
    const systemLines = (lines: readonly string[]) => {
      for (const line of lines) logs.write(configuration.logging.group, environment.logStream, line);
      return lines.reduce((bytes, line) => bytes + Buffer.byteLength(line), 0);
    };

    const startBytes = systemLines(startLines(configuration, requestId));
    const heldMs = Math.min(delay?.ms ?? 0, timeoutSeconds * 1_000);
    if (heldMs > 0) await new Promise<void>((resolve) => clock.after(heldMs, resolve));
    if (crash?.afterRequests === 0) await pool.discard(environment);
    const answer = await environment.invoke({
      requestId,
      functionArn: arn,
      traceId: traceId(clock.now(), traceHeader),
      payload,
      timeoutMs: timeoutSeconds * 1_000,
      heldMs,
      dieAfterRequests: crash?.afterRequests,
    });
    // A handler that made fewer requests lived on: the next one is struck instead.
    if (crash?.afterRequests !== undefined && environment.isAlive()) unspentCrash = crash;
    const losesAnswer = crash !== undefined && crash.afterRequests === undefined;
    if (losesAnswer) await pool.discard(environment);
    else pool.giveBack(environment);
    const outcome = losesAnswer ? died(answer, requestId) : limitResponse(answer);

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
      coldStart: isNew,
      ...(outcome.failure && { error: `${outcome.failure.errorType}: ${outcome.failure.errorMessage}` }),
      logBytes: startBytes + outcome.logBytes + endBytes,
    });
    return outcome.failure
      ? { requestId, payload: JSON.stringify(outcome.failure), functionError: 'Unhandled' }
      : { requestId, payload: outcome.payload ?? 'null' };
  }
}

/** Lambda's limits: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const PAYLOAD_LIMIT = 6_291_456;
const RESPONSE_LIMIT = 6_291_556;

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

function traceId(now: number, header = ''): string {
  const root = `1-${Math.floor(now / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
  const [, given = root] = /Root=([^;]+)/.exec(header) ?? [];
  return `Root=${given};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
