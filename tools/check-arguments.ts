import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { UserError } from './user-error.ts';

/** Throws `UserError` for an option, a value or a word that a command does not take; citty passes over them in silence. */
export function checkArguments(command: string, given: readonly string[], known: ArgsDef): void {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type }]) => [
      name,
      { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  try {
    const { values } = parseArgs({ args: [...given], options, allowNegative: true });
    for (const [name, value] of Object.entries(values)) {
      if (value === '') throw new Error(`Option '--${name}' has no value`);
    }
  } catch (cause) {
    const [problem] = (cause instanceof Error ? cause.message : String(cause)).split(/\.?(?:\n|$)/);
    const names = Object.keys(known).map((name) => `--${name}`);
    throw new UserError(
      `${problem}. "${command}" takes ${names.join(', ') || 'no options'}. See ${command} --help.`,
      { cause },
    );
  }
}
