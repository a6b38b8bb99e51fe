import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An AWS that `fanbus local` runs on this machine, from this clone. */
export interface RunningEngine {
  readonly endpoint: string;
  readonly region: string;
  /** The stage of Fanbus that is deployed to it; absent for another app. */
  readonly stage?: string;
  readonly pid: number;
}

/** Lets the commands of other shells find an engine. Answers the way to take that back. */
export function announceEngine(engine: Omit<RunningEngine, 'pid'>, folder = inThisClone): () => void {
  const { pid } = process;
  const file = join(folder, `${pid}.json`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, JSON.stringify({ ...engine, pid } satisfies RunningEngine));
  const remove = () => rmSync(file, { force: true });
  process.once('exit', remove);
  return () => {
    process.off('exit', remove);
    remove();
  };
}

/** The engines that run; what was left of one that was killed is removed. */
export function findEngines(folder = inThisClone): readonly RunningEngine[] {
  return filesIn(folder).flatMap((name) => {
    const file = join(folder, name);
    const engine = read(file);
    if (engine !== undefined && isAlive(engine.pid)) return [engine];
    rmSync(file, { force: true });
    return [];
  });
}

const inThisClone = join(import.meta.dirname, '../../node_modules/.cache/fanbus/engines');

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
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

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one, too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
