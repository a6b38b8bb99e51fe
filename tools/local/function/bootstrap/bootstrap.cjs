'use strict';
// The main program of an execution environment: loads the handler once, then runs one invocation at a time for its parent.

const diagnostics = require('node:diagnostics_channel');
const { readFileSync } = require('node:fs');
const loadHandler = require('./load-handler.cjs');
const logConsole = require('./log-console.cjs');

const env = { ...process.env };
const send = process.send.bind(process);
const stdout = process.stdout.write.bind(process.stdout);
const stderr = process.stderr.write.bind(process.stderr);
let current;
let requestsUntilDeath = Number.POSITIVE_INFINITY;

// As on Lambda, where no parent listens.
process.send = undefined;
process.once('disconnect', () => process.exit(1));
process.on('uncaughtException', (error) => {
  console.error('Uncaught Exception', error);
  fail(describe(error), 129);
});
process.on('unhandledRejection', (reason) => {
  console.error('Unhandled Promise Rejection', reason);
  const error = describe(reason);
  const errorMessage =
    reason instanceof Error ? `${error.errorType}: ${error.errorMessage}` : error.errorMessage;
  fail({ ...error, errorType: 'Runtime.UnhandledPromiseRejection', errorMessage }, 128);
});
logConsole({
  isJson: env.AWS_LAMBDA_LOG_FORMAT === 'JSON',
  level: env.AWS_LAMBDA_LOG_LEVEL,
  requestId: () => current?.requestId,
});
for (const channel of ['http.client.response.finish', 'undici:request:headers'])
  diagnostics.subscribe(channel, countAnswer);

loadHandler(env.LAMBDA_TASK_ROOT, env._HANDLER).then(
  (handler) => {
    process.on('message', (message) => run(handler, message));
    send({ kind: 'ready', initMs: performance.now() });
  },
  (error) => {
    console.error(error);
    fail(describe(error), 1);
  },
);

async function run(handler, invocation) {
  const deadline = performance.now() + invocation.timeoutMs;
  current = invocation;
  requestsUntilDeath = invocation.dieAfterRequests ?? Number.POSITIVE_INFINITY;
  process.env._X_AMZN_TRACE_ID = invocation.traceId;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: '$LATEST',
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: undefined,
    identity: undefined,
    invokedFunctionArn: invocation.functionArn,
    awsRequestId: invocation.requestId,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
  try {
    const result = await handler(JSON.parse(invocation.payload), context);
    finish({ kind: 'done', payload: stringify(result) });
  } catch (error) {
    console.error('Invoke Error', error);
    finish({ kind: 'failed', error: describe(error) });
  }
}

function finish(answer) {
  current = undefined;
  requestsUntilDeath = Number.POSITIVE_INFINITY;
  markEndOfLog();
  send({ ...answer, maxRssBytes: maxRssBytes() });
}

function fail(error, exitCode) {
  markEndOfLog();
  send({ kind: 'fatal', error, maxRssBytes: maxRssBytes() }, () => process.exit(exitCode));
}

// Pipes and the channel to the parent are read independently: the mark tells it where this invocation's lines end.
function markEndOfLog() {
  stdout('\0\n');
  stderr('\0\n');
}

function countAnswer() {
  requestsUntilDeath -= 1;
  // At once, before the handler sees the answer.
  if (requestsUntilDeath === 0) process.kill(process.pid, 'SIGKILL');
}

function stringify(result) {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch (error) {
    throw Object.assign(new Error(`Unable to stringify response body: ${error.message}`), {
      name: 'Runtime.MarshalError',
    });
  }
}

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

// getrusage's maximum would include the parent's: Linux carries it through fork and exec.
function maxRssBytes() {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1]) * 1024;
  } catch {
    return process.memoryUsage.rss();
  }
}
