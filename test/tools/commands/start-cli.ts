import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export type Cli = ReturnType<typeof startCli>;

/** `fanbus` as a child process with a temporary folder of its own, so that whatever it leaves behind can be told. */
export function startCli(
  args: readonly string[],
  options: {
    readonly cwd?: string;
    /** Another clone's. @default ours */
    readonly root?: string;
    /** Of its environment, beside ours. @default none */
    readonly variables?: Readonly<Record<string, string>>;
  } = {},
) {
  const { root = REPOSITORY, cwd = root, variables } = options;
  const folder = mkdtempSync(join(tmpdir(), 'cli-test-'));
  const child = spawn(process.execPath, [join(root, 'tools/fanbus.mjs'), ...args], {
    cwd,
    env: { ...process.env, ...variables, TMPDIR: folder, NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const readers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    for (const read of readers) read();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    for (const read of readers) read();
  });
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (code) => {
      resolve({ code, stdout, stderr });
      for (const read of readers) read();
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };

  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    /** Ends it however far it is. */
    stop,
    /** Reads no more of what it writes to stdout, as `head` does. */
    hangUp: () => child.stdout.destroy(),
    /** What it has written to stdout and stderr so far. */
    output: () => stdout + stderr,

    /** Resolves with the first match in what it writes; rejects when it ends without. */
    async until(pattern: RegExp): Promise<RegExpExecArray> {
      const found = Promise.withResolvers<RegExpExecArray>();
      const read = () => {
        const match = pattern.exec(stdout) ?? pattern.exec(stderr);
        if (match) found.resolve(match);
        else if (child.exitCode !== null || child.signalCode !== null) {
          found.reject(new Error(`it ended without ${pattern}:\n${stdout}${stderr}`));
        }
      };
      readers.add(read);
      read();
      try {
        return await found.promise;
      } finally {
        readers.delete(read);
      }
    },

    /** Files and folders below its temporary folder. */
    leftovers: () => readdirSync(folder),

    /** Processes that were started by it, or by those: all of them have its temporary folder in their environment. */
    processes: () =>
      readdirSync('/proc').filter((pid) => /^\d+$/.test(pid) && environmentOf(pid).includes(folder)),
  };
}

/** The same, ended with the test. */
export function openCli(args: readonly string[]): Cli {
  const cli = startCli(args);
  onTestFinished(cli.stop);
  return cli;
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    // Gone in the meantime.
    return '';
  }
}

const REPOSITORY = fileURLToPath(new URL('../../../', import.meta.url));
