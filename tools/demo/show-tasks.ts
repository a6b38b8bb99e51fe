import { createLiveText } from '../live-text.ts';
import type { System } from '../start-system.ts';
import { rejectOnAbort } from '../stop-signal.ts';
import type { Plan } from './read-plan.ts';
import { runTasksDemo } from './run-tasks-demo.ts';
import { summarise } from './summarise.ts';

/** What both parts of a demo are given. */
export interface Show {
  readonly system: System;
  /** Where people look. */
  readonly screen: NodeJS.WriteStream;
  /** Ends it, which then rejects with its reason. */
  readonly signal: AbortSignal;
  /** Whether a program reads stdout. */
  readonly isJson: boolean;
}

/** Runs the tasks and says what became of them. Returns what is wrong, if anything. */
export async function showTasks({
  system,
  screen,
  signal,
  isJson,
  csv,
  rows,
}: Show & NonNullable<Plan['tasks']>): Promise<string | undefined> {
  const live = createLiveText(screen);
  const outcome = await Promise.race([
    runTasksDemo({ system, csv, rows, live, signal }),
    rejectOnAbort(signal),
  ]);
  screen.write(summarise(outcome));
  if (isJson) {
    const { total, created, rejected, status, seconds } = outcome;
    process.stdout.write(`${JSON.stringify({ total, created, rejected, status, seconds })}\n`);
  }
  return outcome.problem;
}
