import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DeclaredResource, Engine } from '../local-service.ts';
import type { Queues } from '../queue/queues.ts';
import type { Source } from '../source/source.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Callers } from '../wire/callers.ts';
import { readProperties } from '../wire/read-properties.ts';
import { functionAccess } from './access.ts';
import { type CodeFolders, createCodeFolders, type FunctionCode } from './code-folders.ts';
import type { Logs } from './create-logs.ts';
import { createEventSourceMappings } from './event-source-mappings.ts';
import { type FunctionConfiguration, readFunctionConfiguration } from './function-configuration.ts';
import { functionResources } from './function-resources.ts';
import type { Functions, InvocationOrigin } from './functions.ts';
import { invokeLater } from './invoke-later.ts';
import { createLambdaApi } from './lambda-api.ts';
import { linkRuntimeSdk } from './link-runtime-sdk.ts';
import { createLocalFunction, type LocalFunction, payloadTooLong } from './local-function.ts';
import { nameOf } from './name-of.ts';
import { createPermissions } from './permissions.ts';

/** Lambda: functions in processes of their own, and the pollers that feed them from queues. */
export function createFunctions(
  engine: Engine,
  options: {
    readonly queues: Queues;
    readonly callers: Callers;
    readonly logs: Logs;
    /** Where the code lies that no assembly holds. */
    readonly source: Pick<Source, 'read'>;
    readonly environmentIdleMs?: number;
  },
): Functions {
  const { callers, environmentIdleMs, logs, queues, source } = options;
  const functions = new Map<string, LocalFunction>();
  // Environments of former versions that still have to answer.
  const retired = new Set<LocalFunction>();
  const permissions = createPermissions();
  const kept = engine.persistence?.collection<LaterInvocation>('invocations');
  let interrupted = kept?.entries() ?? [];
  let isClosed = false;
  let workFolder: string | undefined;
  let codeFolders: CodeFolders | undefined;

  const arnOf = (functionArnOrName: string) =>
    `arn:aws:lambda:${engine.region}:${engine.accountId}:function:${nameOf(functionArnOrName)}`;
  const find = (functionArnOrName: string) => functions.get(nameOf(functionArnOrName));
  const findOrThrow = (functionArnOrName: string): LocalFunction => {
    const found = find(functionArnOrName);
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Function not found: ${arnOf(functionArnOrName)}`, {
      status: 404,
    });
  };
  /** The function, if it lets the caller in. */
  const enter = (functionArnOrName: string, { caller }: InvocationOrigin): LocalFunction => {
    const found = findOrThrow(functionArnOrName);
    // Who comes over the wire was held to its role there.
    if (caller?.kind === 'service') {
      const access = functionAccess(engine, 'Invoke', found.configuration.name);
      engine.authority?.authorize(caller, access, permissions.policyOf(found.arn));
    }
    return found;
  };
  const invoke = async (functionArnOrName: string, payload: string, origin: InvocationOrigin = {}) =>
    enter(functionArnOrName, origin).invoke(payload, origin.traceHeader);
  const acceptLater = (functionArnOrName: string, payload: string, origin: InvocationOrigin = {}) => {
    const { configuration } = enter(functionArnOrName, origin);
    if (Buffer.byteLength(payload) > ASYNC_PAYLOAD_LIMIT) throw payloadTooLong(ASYNC_PAYLOAD_LIMIT);
    runLater({ name: configuration.name, payload, traceHeader: origin.traceHeader });
  };
  const mappings = createEventSourceMappings({ engine, queues, find, invoke });
  const api = createLambdaApi({
    engine,
    mappings,
    permissions,
    find: findOrThrow,
    list: () => [...functions.values()],
    update: async (former, configuration, code) =>
      replace(configuration, code === undefined ? former.unpack : await unpack(code)),
    invokeLater: acceptLater,
  });

  return {
    name: 'lambda',
    protocol: { kind: 'http', handle: api.handle, operationOf: api.operationOf },
    resources: functionResources({
      mappings,
      permissions,
      put,
      drop,
      arnOf,
      has: (name) => functions.has(name),
    }),
    has: (functionArnOrName) => find(functionArnOrName) !== undefined,
    invoke,
    invokeLater: acceptLater,
    replaceFile(functionArnOrName, file, contents) {
      const { configuration, unpack } = findOrThrow(functionArnOrName);
      const place = path.join(unpack(), file);
      if (readFileSync(place).equals(contents)) return false;
      // In one step: an environment that starts at this moment finds the one or the other.
      writeFileSync(`${place}.new`, contents);
      renameSync(`${place}.new`, place);
      replace(configuration, unpack);
      return true;
    },
    pausePolling: mappings.pause,
    resumePolling: mappings.resume,
    resume() {
      for (const [key, invocation] of interrupted) runLater(invocation, key);
      interrupted = [];
    },
    async close() {
      isClosed = true;
      // Not waited for: a batch may be waiting out a throttle. What it took comes back when its visibility timeout ends.
      void mappings.close();
      await Promise.all([...functions.values(), ...retired].map((each) => each.end()));
      process.off('exit', removeWorkFolder);
      removeWorkFolder();
    },
  };

  /** Kept in the data folder until it has come to its end. */
  function runLater(invocation: LaterInvocation, key: string = randomUUID()): void {
    const { name, payload, traceHeader } = invocation;
    kept?.put(key, () => invocation);
    void invokeLater(() => invoke(name, payload, { traceHeader }), engine).then((end) => {
      // What is given up because everything ends goes on after the next start.
      if (end === 'done' || !isClosed) kept?.delete(key);
    });
  }

  function openWorkFolder(): string {
    // Also for a process that ends without close(), such as one that a bug ends.
    process.once('exit', removeWorkFolder);
    const folder = mkdtempSync(path.join(tmpdir(), 'local-functions-'));
    linkRuntimeSdk(folder);
    return folder;
  }

  function removeWorkFolder(): void {
    if (workFolder) rmSync(workFolder, { recursive: true, force: true });
  }

  async function put(name: string, { asset, properties }: DeclaredResource): Promise<LocalFunction> {
    const configuration = readFunctionConfiguration(name, properties);
    const code = readProperties(readProperties(properties).object('Code'));
    const inline = code.text('ZipFile');
    const stored = { bucket: code.text('S3Bucket') ?? '', key: code.text('S3Key') ?? '', asset };
    return replace(configuration, await unpack(inline === undefined ? stored : { inline }));
  }

  async function unpack(code: FunctionCode): Promise<() => string> {
    workFolder ??= openWorkFolder();
    codeFolders ??= createCodeFolders({ into: workFolder, source });
    return codeFolders.unpack(code);
  }

  function replace(configuration: FunctionConfiguration, taskRoot: () => string): LocalFunction {
    workFolder ??= openWorkFolder();
    const created = createLocalFunction({
      engine,
      callers,
      logs,
      configuration,
      unpack: taskRoot,
      environmentIdleMs,
      temporaryFolder: path.join(workFolder, 'tmp'),
    });
    retire(functions.get(configuration.name));
    functions.set(configuration.name, created);
    return created;
  }

  async function drop(name: string): Promise<void> {
    retire(functions.get(name));
    functions.delete(name);
    permissions.drop(arnOf(name));
  }

  function retire(former: LocalFunction | undefined): void {
    if (!former) return;
    retired.add(former);
    void former.retire();
  }
}

interface LaterInvocation {
  readonly name: string;
  readonly payload: string;
  readonly traceHeader?: string;
}

const ASYNC_PAYLOAD_LIMIT = 1_048_576;
