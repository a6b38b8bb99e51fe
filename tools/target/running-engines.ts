import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../is-alive.ts';

/** An AWS that `fanbus local` runs on this machine, for whoever asks. */
export interface RunningEngine {
  readonly endpoint: string;
  readonly region: string;
  /** The stage of Fanbus that is deployed to it; absent for another app. */
  readonly stage?: string;
  readonly pid: number;
}

/** Lets the commands of other shells find an engine. Answers the way to take that back. */
export function announceEngine(engine: Omit<RunningEngine, 'pid'>, folder = ourFolder()): () => void {
  const { pid } = process;
  const file = join(folder, `${pid}.json`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(file, JSON.stringify({ ...engine, pid } satisfies RunningEngine));
  const remove = () => {
    rmSync(file, { force: true });
    removeIfEmpty(folder);
  };
  process.once('exit', remove);
  return () => {
    process.off('exit', remove);
    remove();
  };
}

/** The engines that run; what was left of one that was killed is removed. */
export function findEngines(folder = ourFolder()): readonly RunningEngine[] {
  return filesIn(folder).flatMap((name) => {
    const file = join(folder, name);
    const engine = read(file);
    if (engine !== undefined && isAlive(engine.pid)) return [engine];
    rmSync(file, { force: true });
    return [];
  });
}

function ourFolder(): string {
  return join(tmpdir(), `fanbus-engines-${userInfo().uid}`);
}

function filesIn(folder: string): readonly string[] {
  try {
    // Where everybody may write, somebody else may have been first.
    return statSync(folder).uid === userInfo().uid ? readdirSync(folder).sort() : [];
  } catch {
    return [];
  }
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another engine is in it.
  }
}

function read(file: string): RunningEngine | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // Ended, or killed while it wrote.
    return undefined;
  }
}
