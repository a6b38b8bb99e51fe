import { join } from 'node:path';
import { watch } from 'chokidar';
import { UserError } from '../user-error.ts';
import { isSource } from './read-sources.ts';

export interface PathWatch {
  /** Ends the watching, and waits for work that is under way. */
  close(): Promise<void>;
}

/**
 * Runs `work` at once, and whenever something below these paths was changed; never two at a time. `savedAt` is when the first of what it
 * runs for was seen, on the clock of `performance`. Resolves once it watches.
 */
export async function watchPaths(options: {
  readonly root: string;
  readonly paths: readonly string[];
  readonly work: (savedAt: number) => Promise<void>;
}): Promise<PathWatch> {
  const { paths, root, work } = options;
  let savedAt: number | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const run = async () => {
    while (savedAt !== undefined) {
      const since = savedAt;
      savedAt = undefined;
      await work(since);
    }
    running = undefined;
  };
  const watcher = watch(
    paths.map((path) => join(root, path)),
    { ignoreInitial: true },
  );
  const begin = () => {
    // What came in during the work before may be done already.
    if (savedAt !== undefined) running ??= run();
  };
  watcher.on('all', (_event, path) => {
    if (!isSource(path.slice(root.length + 1))) return;
    savedAt ??= performance.now();
    clearTimeout(quiet);
    quiet = setTimeout(begin, QUIET_MS);
  });
  try {
    await new Promise<void>((resolve, reject) => {
      watcher.once('ready', () => resolve());
      watcher.on('error', reject);
    });
  } catch (cause) {
    await watcher.close();
    throw new UserError(
      `${root} cannot be watched: ${cause instanceof Error ? cause.message : cause}. If it is the number of watches, raise it: sudo sysctl fs.inotify.max_user_watches=524288.`,
      { cause },
    );
  }
  savedAt ??= performance.now();
  begin();
  return {
    async close() {
      savedAt = undefined;
      clearTimeout(quiet);
      await watcher.close();
      await running;
    },
  };
}

/** A checkout and a formatter write many files, and an editor one of them in several steps. */
const QUIET_MS = 50;
