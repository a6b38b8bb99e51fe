import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Looks for type errors in a process of its own, so that nothing waits for it. */
export interface TypeChecker {
  /** Looks at the sources as they are now; a look that is still under way is given up for it. */
  check(): void;
  close(): Promise<void>;
}

export function createTypeChecker(options: {
  readonly root: string;
  /** Told of all errors, each as `file:line:column text` with what explains it below, whenever they are others than before. */
  readonly onChanged: (errors: readonly string[]) => void;
}): TypeChecker {
  const { onChanged, root } = options;
  let known: readonly string[] = [];
  let running: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  const end = () => running?.kill('SIGKILL');
  process.once('exit', end);

  return {
    check() {
      end();
      const child = spawn(process.execPath, argumentsFor(root), {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      running = child;
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
      ended = new Promise((resolve) => {
        child.once('close', (status) => {
          // One that was given up has no status.
          if (running === child && status !== null) tell(parseErrors(output));
          resolve();
        });
      });
    },
    async close() {
      process.off('exit', end);
      end();
      await ended;
    },
  };

  function tell(errors: readonly string[]): void {
    if (errors.join('\n') === known.join('\n')) return;
    known = errors;
    onChanged(errors);
  }
}

/** `a.ts(1,2): error TS2322: Type …` begins an error; what is indented goes with it. */
export function parseErrors(output: string): readonly string[] {
  const errors: string[] = [];
  for (const line of output.trimEnd().split('\n')) {
    if (/^\s/.test(line) && errors.length > 0) errors.push(`${errors.pop()}\n${line}`);
    else if (line !== '')
      errors.push(line.replace(/^(.+?)\((\d+),(\d+)\): error (TS\d+): /, '$1:$2:$3 ').trim());
  }
  return errors;
}

function argumentsFor(root: string): readonly string[] {
  return [
    join(createRequire(import.meta.url).resolve('typescript/package.json'), '../bin/tsc'),
    ...['--project', join(root, 'tools/watch/tsconfig.json'), '--pretty', 'false'],
    // Knows what it has looked at, so that it looks again only at what a change concerns.
    '--incremental',
    ...['--tsBuildInfoFile', join(root, 'node_modules/.cache/fanbus/watch.tsbuildinfo')],
  ];
}
