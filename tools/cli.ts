import { defineCommand, renderUsage, runCommand, type SubCommandsDef } from 'citty';
import { SettingsError } from '../infra/settings-error.ts';
import { UserError } from './user-error.ts';

/** Only a command's own file knows its options. */
type LoadCommand = Extract<SubCommandsDef[string], () => Promise<unknown>>;

/** `fanbus <command>`: each command is one file of `tools/commands/`, loaded only when it is asked for. */
const commands: Record<string, LoadCommand> = {
  local: () => import('./commands/local.ts').then((module) => module.local),
  demo: () => import('./commands/demo.ts').then((module) => module.demo),
  codegen: () => import('./commands/codegen.ts').then((module) => module.codegen),
  'pattern test': () => import('./commands/pattern.ts').then((module) => module.patternTest),
};

const main = defineCommand({
  meta: { name: 'fanbus', description: 'An event bus for AWS that runs whole on a laptop.' },
  subCommands: commands,
});

const words = process.argv.slice(2);
const nameLength = Object.hasOwn(commands, words.slice(0, 2).join(' ')) ? 2 : 1;
const name = words.length === 0 ? undefined : words.slice(0, nameLength).join(' ');
const rest = words.slice(nameLength);

try {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(await renderUsage(main));
  } else {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load) {
      throw new UserError(
        `no command "${name}". Commands: ${Object.keys(commands).join(', ')}. See fanbus --help.`,
      );
    }
    const command = await load();
    if (rest.includes('--help') || rest.includes('-h')) console.log(await renderUsage(command, main));
    else {
      refuseUnknownOptions(name, rest, Object.keys(command.args ?? {}));
      await runCommand(command, { rawArgs: rest });
    }
  }
} catch (error) {
  if (isForThePerson(error)) {
    console.error(`fanbus: ${error.message}`);
    // A pattern test says "no match" with 1, so its troubles are 2.
    process.exitCode = name === 'pattern test' ? 2 : 1;
  } else {
    throw error;
  }
}

/** Whether the message alone tells what to put right; anything else is a bug and keeps its stack. */
function isForThePerson(error: unknown): error is Error {
  if (error instanceof UserError || error instanceof SettingsError) return true;
  return error instanceof Error && error.name === 'CLIError';
}

/** citty takes options it does not know in silence; a mistyped one is better named. */
function refuseUnknownOptions(command: string, given: readonly string[], known: readonly string[]): void {
  for (const argument of given) {
    if (argument === '--') return;
    if (!argument.startsWith('--')) continue;
    const option = argument.slice(2).split('=')[0] ?? '';
    if (known.includes(option) || known.includes(option.replace(/^no-/, ''))) continue;
    throw new UserError(
      `${command} has no option --${option}. It has: ${known.map((one) => `--${one}`).join(', ') || 'none'}. See fanbus ${command} --help.`,
    );
  }
}
