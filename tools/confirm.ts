import { createInterface } from 'node:readline/promises';
import { UserError } from './user-error.ts';

/**
 * Asks before something is done that cannot be taken back; `--yes` answers it. Throws `UserError` when the answer is no, or when there
 * is nobody to ask. `signal` ends the wait.
 */
export async function confirm(
  question: string,
  { isYes, signal }: { readonly isYes: boolean; readonly signal: AbortSignal },
): Promise<void> {
  if (isYes) return;
  if (!process.stdin.isTTY) throw new UserError(`${question} Nobody is here to ask: add --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // readline takes Ctrl-C for itself; whoever stops a command by it means all of the command.
  terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    if (/^y(es)?$/i.test(answer.trim())) return;
    throw new UserError('nothing was done.');
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    terminal.close();
  }
}
