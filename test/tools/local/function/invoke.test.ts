import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenFunctions, openFunctions } from './open-functions.ts';
import { openRendezvous } from './rendezvous.ts';
import { vanished } from './vanished.ts';

let aws: OpenFunctions;
beforeAll(async () => {
  aws = await openFunctions();
});
afterAll(() => aws.close());

/** The answer's payload, parsed. */
async function invoke(name: string, event: unknown = {}) {
  const { functionError, payload } = await aws.functions.invoke(name, JSON.stringify(event));
  return { functionError, result: JSON.parse(payload) };
}

describe('a handler', () => {
  it('answers with its result as JSON, null for nothing', async () => {
    await aws.addFunction('echo', 'exports.handler = async (event) => event.value;');
    expect(await invoke('echo', { value: { a: [1, 'é'] } })).toEqual({ result: { a: [1, 'é'] } });
    expect(await invoke('echo', {})).toEqual({ result: null });
  });

  it('loads as CommonJS, as an ES module, from a subfolder and nested in an export', async () => {
    await aws.addFunction('mjs', { 'index.mjs': 'import "node:fs"; export const handler = () => "mjs";' });
    await aws.addFunction('esm', {
      'package.json': '{"type":"module"}',
      'index.js': 'export const handler = async () => import.meta.url.slice(-8);',
    });
    await aws.addFunction(
      'nested',
      {
        'src/app.js': 'exports.api = { handler: async () => require("./other.js") };',
        'src/other.js': 'module.exports = 7;',
      },
      { Handler: 'src/app.api.handler' },
    );
    expect((await invoke('mjs')).result).toBe('mjs');
    expect((await invoke('esm')).result).toBe('index.js');
    expect((await invoke('nested')).result).toBe(7);
  });

  it('runs inline code', async () => {
    const ZipFile = 'exports.handler = async () => "inline";';
    await aws.addFunction('inline', {}, { Code: { ZipFile } });
    expect((await invoke('inline')).result).toBe('inline');
  });

  it('is given the context that Lambda gives', async () => {
    const arn = await aws.addFunction(
      'context',
      `exports.handler = async (event, context) => ({
        ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID })`,
      { Timeout: 5, MemorySize: 256 },
    );
    const { result } = await invoke('context');
    expect(result).toMatchObject({
      functionName: 'context',
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: '256',
      logGroupName: '/aws/lambda/context',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      trace: expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/),
    });
    expect(result.remaining).toBeGreaterThan(0);
    expect(result.remaining).toBeLessThanOrEqual(5_000);
  });
});

describe('the environment', () => {
  it('holds what Lambda sets and the function’s own variables, and nothing of this machine’s', async () => {
    process.env.LEAKED_FROM_THE_LAPTOP = 'yes';
    await aws.addFunction(
      'env',
      'exports.handler = async () => ({ ...process.env, home: require("os").homedir(), cwd: process.cwd() });',
      { Environment: { Variables: { OWN: 'mine', AWS_ENDPOINT_URL: 'https://example.com' } } },
    );
    const { result } = await invoke('env');
    delete process.env.LEAKED_FROM_THE_LAPTOP;
    expect(Object.keys(result).sort()).toEqual([
      'AWS_ACCESS_KEY_ID',
      'AWS_DEFAULT_REGION',
      'AWS_ENDPOINT_URL',
      'AWS_EXECUTION_ENV',
      'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
      'AWS_LAMBDA_FUNCTION_NAME',
      'AWS_LAMBDA_FUNCTION_VERSION',
      'AWS_LAMBDA_INITIALIZATION_TYPE',
      'AWS_LAMBDA_LOG_FORMAT',
      'AWS_LAMBDA_LOG_GROUP_NAME',
      'AWS_LAMBDA_LOG_STREAM_NAME',
      'AWS_REGION',
      'AWS_SECRET_ACCESS_KEY',
      'AWS_SESSION_TOKEN',
      'HOME',
      'LAMBDA_TASK_ROOT',
      'LANG',
      'OWN',
      'PATH',
      'TMPDIR',
      'TZ',
      '_HANDLER',
      '_X_AMZN_TRACE_ID',
      'cwd',
      'home',
    ]);
    expect(result).toMatchObject({ OWN: 'mine', AWS_ENDPOINT_URL: aws.endpoint, TZ: ':UTC' });
    expect(result.home).toBe(result.TMPDIR);
    expect(result.cwd).toBe(result.LAMBDA_TASK_ROOT);
  });

  it('calls the engine under its own name', async () => {
    await aws.addFunction('caller', callSts('return text;'));
    expect((await invoke('caller')).result).toContain(':assumed-role/caller/');
    const { caller } = await aws.observations.waitFor('requested', ({ service }) => service === 'sts');
    expect(caller).toBe('caller');
  });

  it('refuses a variable that Lambda reserves', async () => {
    const deployed = aws.addFunction('reserved', 'exports.handler = async () => 1;', {
      Environment: { Variables: { AWS_REGION: 'mars-1' } },
    });
    await expect(deployed).rejects.toThrow('Reserved keys used in this request: AWS_REGION');
  });

  it('is reused while warm, and its memory of earlier invocations with it', async () => {
    await aws.addFunction('warm', 'let n = 0; exports.handler = async () => [process.pid, ++n];');
    const first = (await invoke('warm')).result;
    const second = (await invoke('warm')).result;
    expect(second).toEqual([first[0], 2]);
    const runs = aws.observations
      .recent()
      .filter((seen) => seen.kind === 'invoked' && seen.function === 'warm');
    expect(runs).toMatchObject([{ coldStart: true }, { coldStart: false }]);
  });

  it('ends after ten idle minutes', async () => {
    await aws.addFunction('aging', 'exports.handler = async () => process.pid;');
    const first = (await invoke('aging')).result;
    aws.clock.advance(4 * 60_000);
    expect((await invoke('aging')).result).toBe(first);
    aws.clock.advance(10 * 60_000);
    expect((await invoke('aging')).result).not.toBe(first);
  });

  it('runs one invocation at a time: those at the same time get one each', async () => {
    await using meeting = await openRendezvous(3);
    await aws.addFunction('parallel', meeting.handler);
    const pids = await Promise.all([1, 2, 3].map(async () => (await invoke('parallel')).result));
    expect(new Set(pids).size).toBe(3);
  });
});

describe('a failing handler', () => {
  it('answers with the error that it threw, and stays warm', async () => {
    await aws.addFunction(
      'throws',
      'exports.handler = async () => { throw new TypeError("boo " + process.pid); };',
    );
    const { functionError, result } = await invoke('throws');
    expect(functionError).toBe('Unhandled');
    expect(result).toMatchObject({
      errorType: 'TypeError',
      errorMessage: expect.stringMatching(/^boo \d+$/),
    });
    expect(result.trace[0]).toBe(`TypeError: ${result.errorMessage}`);
    expect((await invoke('throws')).result.errorMessage).toBe(result.errorMessage);
  });

  it.each([
    [
      'exits',
      'process.exit(3)',
      'Runtime.ExitError',
      /^RequestId: [0-9a-f-]{36} Error: Runtime exited with error: exit status 3$/,
    ],
    [
      'kills itself',
      'process.kill(process.pid, "SIGTERM"); await new Promise(() => {})',
      'Runtime.ExitError',
      /Runtime exited with error: signal: terminated$/,
    ],
    [
      'loops for ever',
      'for (;;);',
      'Sandbox.Timedout',
      /^RequestId: [0-9a-f-]{36} Error: Task timed out after 1.00 seconds$/,
    ],
    [
      'waits for ever',
      'await new Promise(() => {})',
      'Sandbox.Timedout',
      /Task timed out after 1.00 seconds$/,
    ],
    [
      'leaves a rejection unhandled',
      'Promise.reject(new Error("lost")); await new Promise(() => {})',
      'Runtime.UnhandledPromiseRejection',
      /^Error: lost$/,
    ],
    [
      'throws outside of its promise',
      'setImmediate(() => { throw new RangeError("out") }); await new Promise(() => {})',
      'RangeError',
      /^out$/,
    ],
    [
      'answers with what is no JSON',
      'return 1n',
      'Runtime.MarshalError',
      /^Unable to stringify response body: /,
    ],
  ])('that %s is reported as Lambda reports it', async (does, body, errorType, errorMessage) => {
    const name = does.replaceAll(' ', '-');
    const Timeout = errorType === 'Sandbox.Timedout' ? 1 : 30;
    await aws.addFunction(name, `exports.handler = async () => { ${body} };`, { Timeout });
    const { functionError, result } = await invoke(name);
    expect(functionError).toBe('Unhandled');
    expect(result).toMatchObject({ errorType, errorMessage: expect.stringMatching(errorMessage) });
  });

  it('gets a new environment after a crash', async () => {
    await aws.addFunction('fragile', 'exports.handler = async (e) => e.die ? process.exit(1) : "alive";');
    expect((await invoke('fragile', { die: true })).functionError).toBe('Unhandled');
    expect((await invoke('fragile')).result).toBe('alive');
  });

  it.each([
    ['has no file', {}, 'index.handler', 'Runtime.ImportModuleError', "Error: Cannot find module 'index'"],
    [
      'requires what is not there',
      { 'index.js': 'require("left-pad")' },
      'index.handler',
      'Runtime.ImportModuleError',
      "Cannot find module 'left-pad'",
    ],
    [
      'does not parse',
      { 'index.js': 'exports.handler = (' },
      'index.handler',
      'Runtime.UserCodeSyntaxError',
      'SyntaxError: ',
    ],
    [
      'does not export it',
      { 'index.js': 'exports.other = 1' },
      'index.handler',
      'Runtime.HandlerNotFound',
      'index.handler is undefined or not exported',
    ],
    ['is named wrongly', { 'index.js': '' }, 'index', 'Runtime.MalformedHandlerName', 'Bad handler: "index"'],
    [
      'takes a callback',
      { 'index.js': 'exports.handler = (e, c, callback) => callback()' },
      'index.handler',
      'Runtime.CallbackHandlerDeprecated',
      'make it async',
    ],
    [
      'throws while it loads',
      { 'index.js': 'throw new RangeError("early")' },
      'index.handler',
      'RangeError',
      'early',
    ],
  ])('that %s fails at each invocation, by name', async (fault, files, Handler, errorType, message) => {
    const name = fault.replaceAll(' ', '-');
    await aws.addFunction(name, { 'README.md': '', ...files }, { Handler });
    const expected = { errorType, errorMessage: expect.stringContaining(message) };
    expect((await invoke(name)).result).toMatchObject(expected);
    expect((await invoke(name)).result).toMatchObject(expected);
  });

  it('is ended when it holds more than its memory, in its heap or beside it', async () => {
    const grow = { heap: 'a.push({ n: [1, 2, 3] })', beside: 'a.push(Buffer.alloc(1_000_000, 1))' };
    for (const [name, step] of Object.entries(grow)) {
      await aws.addFunction(name, `exports.handler = async () => { const a = []; for (;;) ${step}; };`, {
        Timeout: 60,
        MemorySize: 128,
      });
      const { result } = await invoke(name);
      expect(result.errorMessage).toMatch(/Runtime exited with error: signal: (killed|aborted)$/);
    }
    const { maxRssMb } = await aws.observations.waitFor('invoked', (seen) => seen.function === 'beside');
    expect(maxRssMb).toBeGreaterThanOrEqual(128);
  });
});

describe('limits', () => {
  it('refuses a function that is not there', async () => {
    await expect(aws.functions.invoke('nobody', '{}')).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody',
    });
  });

  it('passes 6 MB each way and refuses more', async () => {
    await aws.addFunction(
      'large',
      'exports.handler = async (e) => e.repeat ? "x".repeat(e.repeat) : e.text.length;',
      {
        MemorySize: 512,
      },
    );
    const envelope = JSON.stringify({ text: '' }).length;
    const text = 'x'.repeat(6_291_456 - envelope);
    expect((await invoke('large', { text })).result).toBe(text.length);
    await expect(invoke('large', { text: `${text}x` })).rejects.toMatchObject({
      code: 'RequestEntityTooLargeException',
      message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    });
    expect((await invoke('large', { repeat: 6_291_554 })).functionError).toBeUndefined();
    expect((await invoke('large', { repeat: 6_291_555 })).result).toEqual({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
    });
  });

  it('throttles what exceeds the reserved concurrency', async () => {
    await using meeting = await openRendezvous(1);
    await aws.addFunction('reserved-one', meeting.handler, { ReservedConcurrentExecutions: 1 });
    const running = invoke('reserved-one');
    await expect(invoke('reserved-one')).rejects.toMatchObject({
      code: 'TooManyRequestsException',
      status: 429,
    });
    await running;
    await aws.addFunction('reserved-none', 'exports.handler = async () => 1;', {
      ReservedConcurrentExecutions: 0,
    });
    await expect(invoke('reserved-none')).rejects.toThrow('Rate Exceeded.');
  });

  it.each([
    [{ Timeout: 901 }, "Value '901' at 'timeout'"],
    [{ MemorySize: 64 }, "Value '64' at 'memorySize'"],
  ])('refuses to deploy %o', async (properties, message) => {
    await expect(aws.addFunction('limits', 'exports.handler = 1', properties)).rejects.toThrow(message);
  });
});

describe('an injected fault', () => {
  it('crash ends the environment after the handler’s effect and loses its answer', async () => {
    await aws.addFunction('crashes', callSts('return "done";'));
    const stop = aws.faults.inject({ hop: 'function', effect: 'crash', subject: 'crashes', times: 1 });
    const { functionError, result } = await invoke('crashes');
    expect({ functionError, type: result.errorType }).toEqual({
      functionError: 'Unhandled',
      type: 'Runtime.ExitError',
    });
    await aws.observations.waitFor('requested', ({ caller }) => caller === 'crashes');
    expect((await invoke('crashes')).result).toBe('done');
    stop();
  });

  it('crash after n requests ends the environment when the n-th is answered, before the handler goes on', async () => {
    await aws.addFunction(
      'dies',
      callSts('if (event.calls > 1) { await call(); await call(); } return "done";'),
    );
    const stop = aws.faults.inject({
      hop: 'function',
      effect: 'crash',
      subject: 'dies',
      times: 1,
      afterRequests: 2,
    });
    // One request only: the fault waits for an invocation that it can strike.
    expect((await invoke('dies', { calls: 1 })).result).toBe('done');
    expect((await invoke('dies', { calls: 3 })).result.errorMessage).toMatch(/signal: killed$/);
    expect((await invoke('dies', { calls: 3 })).result).toBe('done');
    stop();
    const requests = aws.observations
      .recent()
      .filter((seen) => seen.kind === 'requested' && seen.caller === 'dies');
    expect(requests).toHaveLength(1 + 2 + 3);
  });

  it('crash after no request ends every environment before its handler has begun', async () => {
    await aws.addFunction('stillborn', callSts('await call(); return "done";'));
    const heal = aws.faults.inject({
      hop: 'function',
      effect: 'crash',
      subject: 'stillborn',
      afterRequests: 0,
    });
    for (const _ of [1, 2]) {
      expect((await invoke('stillborn')).result).toMatchObject({
        errorType: 'Runtime.ExitError',
        errorMessage: expect.stringMatching(/signal: killed$/),
      });
    }
    const requests = () =>
      aws.observations.recent().filter((seen) => seen.kind === 'requested' && seen.caller === 'stillborn');
    expect(requests()).toEqual([]);
    heal();
    expect((await invoke('stillborn')).result).toBe('done');
    expect(requests()).not.toEqual([]);
  });

  it('throttle refuses an invocation', async () => {
    await aws.addFunction('struck', 'exports.handler = async () => "ran";');
    aws.faults.inject({ hop: 'function', effect: 'throttle', subject: 'struck', times: 1 });
    await expect(invoke('struck')).rejects.toMatchObject({ code: 'TooManyRequestsException' });
    expect((await invoke('struck')).result).toBe('ran');
  });

  it('delay holds an invocation back, and takes what it holds from its time', async () => {
    await aws.addFunction(
      'held',
      'exports.handler = async (event, context) => context.getRemainingTimeInMillis();',
      { Timeout: 60 },
    );
    aws.faults.inject({ hop: 'function', effect: 'delay', subject: 'held', times: 1, ms: 40_000 });
    const held = invoke('held');
    await aws.observations.waitFor('faulted', ({ subject }) => subject === 'held');
    aws.clock.advance(40_000);
    const { result } = await held;
    expect(result).toBeGreaterThan(0);
    expect(result).toBeLessThanOrEqual(20_000);
    const { durationMs } = await aws.observations.waitFor('invoked', (seen) => seen.function === 'held');
    expect(durationMs).toBeGreaterThanOrEqual(40_000);
  });

  it('delay as long as the time limit makes an invocation hang until it is ended there', async () => {
    await aws.addFunction('hangs', callSts('await call(); return "done";'), { Timeout: 60 });
    const heal = aws.faults.inject({ hop: 'function', effect: 'delay', subject: 'hangs', ms: 900_000 });
    const hanging = invoke('hangs');
    await aws.observations.waitFor('faulted', ({ subject }) => subject === 'hangs');
    aws.clock.advance(60_000);
    expect((await hanging).result).toMatchObject({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(/Task timed out after 60.00 seconds$/),
    });
    const invoked = await aws.observations.waitFor('invoked', (seen) => seen.function === 'hangs');
    expect(invoked.durationMs).toBe(60_000);
    expect(
      aws.observations.recent().filter((seen) => seen.kind === 'requested' && seen.caller === 'hangs'),
    ).toEqual([]);
    heal();
    expect((await invoke('hangs')).result).toBe('done');
  });
});

describe('the record of an invocation', () => {
  it('bills whole milliseconds with the initialisation, and counts the bytes of the log', async () => {
    await aws.addFunction(
      'logs',
      'exports.handler = async () => { process.stdout.write("12345\\n"); console.error("é"); };',
      {
        LoggingConfig: { LogFormat: 'JSON', SystemLogLevel: 'WARN', LogGroup: '/own/group' },
      },
    );
    await invoke('logs');
    const cold = await aws.observations.waitFor('invoked', (seen) => seen.function === 'logs');
    const messages = aws.logs.lines('/own/group').map(({ message }) => message);
    expect(messages[0]).toBe('12345');
    expect(JSON.parse(messages[1] ?? '')).toMatchObject({
      level: 'ERROR',
      message: 'é',
      requestId: cold.requestId,
    });
    expect(messages).toHaveLength(2);
    expect(cold.logBytes).toBe(Buffer.byteLength(messages.join('')));
    expect(Number.isInteger(cold.billedMs)).toBe(true);
    expect(cold.billedMs).toBeGreaterThan(cold.durationMs + 10);
    await invoke('logs');
    const warm = await aws.observations.waitFor(
      'invoked',
      (seen) => seen.function === 'logs' && !seen.coldStart,
    );
    expect(warm.billedMs).toBe(Math.ceil(warm.durationMs));
    expect(warm.logBytes).toBe(cold.logBytes);
  });

  it('adds Lambda’s own lines, unless the logging configuration is above them', async () => {
    await aws.addFunction('chatty', 'exports.handler = async () => console.log("a\\nb");');
    await invoke('chatty');
    const { logBytes, requestId } = await aws.observations.waitFor(
      'invoked',
      (seen) => seen.function === 'chatty',
    );
    const messages = aws.logs.lines('/aws/lambda/chatty').map(({ message }) => message);
    expect(messages).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      expect.stringMatching(new RegExp(`^\\S+Z\t${requestId}\tINFO\ta\rb$`)),
      `END RequestId: ${requestId}`,
      expect.stringMatching(
        /^REPORT RequestId: .*\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: /,
      ),
    ]);
    expect(logBytes).toBe(Buffer.byteLength(messages.join('')));
  });

  it('leaves out lines below the application’s log level', async () => {
    await aws.addFunction(
      'quiet',
      'exports.handler = async () => { console.info("no"); console.warn("yes"); };',
      {
        LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'WARN', SystemLogLevel: 'WARN' },
      },
    );
    await invoke('quiet');
    const messages = aws.logs.lines('/aws/lambda/quiet').map(({ message }) => JSON.parse(message).message);
    expect(messages).toEqual(['yes']);
  });
});

it('ends every process at close, also a busy one and what it has started', async () => {
  const own = await openFunctions();
  await own.addFunction(
    'busy',
    `const { spawn } = require('node:child_process');
    exports.handler = async () => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      console.log(JSON.stringify([process.pid, child.pid]));
      for (;;);
    };`,
    { Timeout: 900 },
  );
  const spawned = Promise.withResolvers<number[]>();
  own.logs.onLine(({ message }) => {
    const json = /\[\d+,\d+\]/.exec(message)?.[0];
    if (json) spawned.resolve(JSON.parse(json));
  });
  const invocation = own.functions.invoke('busy', '{}');
  const pids = await spawned.promise;
  await own.close();
  expect((await invocation).functionError).toBe('Unhandled');
  expect(pids).toHaveLength(2);
  for (const pid of pids) await vanished(pid);
});

/** Code of a handler that calls STS once as `call()`, then goes on with `after`. */
function callSts(after: string): string {
  return `
    const env = process.env;
    const call = async () => (await fetch(env.AWS_ENDPOINT_URL, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=' + env.AWS_ACCESS_KEY_ID +
          '/20261121/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=00',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=GetCallerIdentity&Version=2011-06-15',
    })).text();
    exports.handler = async (event) => { const text = await call(); ${after} };`;
}
