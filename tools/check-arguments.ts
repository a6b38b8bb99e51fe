import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { repeatOptions } from './list-of.ts';
import { UserError } from './user-error.ts';

/**
 * Throws `UserError` for an option, a value or a word that a command does not take, or a word that is missing; citty passes over them
 * in silence. An option, or the last word, whose `valueHint` ends with … takes several values.
 */
export function checkArguments(command: string, given: readonly string[], known: ArgsDef): void {
  const positional = Object.entries(known).filter(([, { type }]) => type === 'positional');
  const named = Object.entries(known).filter(([, { type }]) => type !== 'positional');
  const options = Object.fromEntries(
    named.map(([name, { type }]) => [
      name,
      { type: type === 'boolean' ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const lists = named.filter(([, { valueHint }]) => valueHint?.endsWith('…')).map(([name]) => name);
  try {
    const { positionals, values } = parseArgs({
      args: [...repeatOptions(given, new Set(lists))],
      options,
      allowNegative: true,
      allowPositionals: positional.length > 0,
    });
    const [missing] = positional.slice(positionals.length);
    if (missing?.[1].required) throw new Error(`${missing[0].toUpperCase()} is missing`);
    const [tooMany] = positionals.slice(positional.length);
    const isOpen = positional.at(-1)?.[1].valueHint?.endsWith('…');
    if (tooMany !== undefined && !isOpen) throw new Error(`Unexpected argument '${tooMany}'`);
    for (const [name, value] of Object.entries(values)) {
      if (value === '') throw new Error(`Option '--${name}' has no value`);
    }
  } catch (cause) {
    const [problem] = (cause instanceof Error ? cause.message : String(cause)).split(
      /\.?(?:\n|$| To specify )/,
    );
    const names = [...positional.map(([name]) => name.toUpperCase()), ...named.map(([name]) => `--${name}`)];
    throw new UserError(
      `${problem}. "${command}" takes ${names.join(', ') || 'no options'}. See ${command} --help.`,
      { cause },
    );
  }
}
