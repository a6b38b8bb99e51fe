import { stripVTControlCharacters } from 'node:util';
import {
  type ArgsDef,
  type CommandDef,
  defineCommand,
  renderUsage,
  runCommand,
  type SubCommandsDef,
} from 'citty';
import { SettingsError } from '../infra/settings-error.ts';
import { checkArguments } from './check-arguments.ts';
import { explainAwsError } from './explain-aws-error.ts';
import { Interrupted } from './interrupted.ts';
import { UserError } from './user-error.ts';

/** Only a command's own file knows its options. */
type LoadCommand = Extract<SubCommandsDef[string], () => Promise<unknown>>;

/** `fanbus <command>`: each command is one file of `tools/commands/`, loaded only when it is asked for. */
const commands: Record<string, LoadCommand> = {
  local: () => import('./commands/local.ts').then((module) => module.local),
  demo: () => import('./commands/demo.ts').then((module) => module.demo),
  codegen: () => import('./commands/codegen.ts').then((module) => module.codegen),
  token: () => import('./commands/token.ts').then((module) => module.token),
  diff: () => import('./commands/diff.ts').then((module) => module.diff),
  deploy: () => import('./commands/deploy.ts').then((module) => module.deploy),
  destroy: () => import('./commands/destroy.ts').then((module) => module.destroy),
  trace: () => import('./commands/trace.ts').then((module) => module.trace),
  'pattern test': () => import('./commands/pattern.ts').then((module) => module.patternTest),
  'new consumer': () => import('./commands/new-consumer.ts').then((module) => module.newConsumer),
  'new event': () => import('./commands/new-event.ts').then((module) => module.newEvent),
  tail: () => import('./commands/tail.ts').then((module) => module.tail),
  'dlq list': () => import('./commands/dlq-list.ts').then((module) => module.dlqList),
  'dlq show': () => import('./commands/dlq-show.ts').then((module) => module.dlqShow),
  'dlq redrive': () => import('./commands/dlq-redrive.ts').then((module) => module.dlqRedrive),
  'dlq discard': () => import('./commands/dlq-discard.ts').then((module) => module.dlqDiscard),
  'replay plan': () => import('./commands/replay-plan.ts').then((module) => module.replayPlan),
  'replay run': () => import('./commands/replay-run.ts').then((module) => module.replayRun),
  'replay list': () => import('./commands/replay-list.ts').then((module) => module.replayList),
  'replay pause': () => import('./commands/replay-pause.ts').then((module) => module.replayPause),
  'replay resume': () => import('./commands/replay-resume.ts').then((module) => module.replayResume),
  'replay cancel': () => import('./commands/replay-cancel.ts').then((module) => module.replayCancel),
};

const main = defineCommand({
  meta: {
    name: 'fanbus',
    description: 'An event bus for AWS that runs whole on a laptop. Example: npx fanbus demo',
  },
  subCommands: commands,
});

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read the output has heard enough, as `head` does; what was started ends with the process.
  if (error.code === 'EPIPE') process.exit();
  throw error;
});

const words = process.argv.slice(2);
const nameLength = Object.hasOwn(commands, words.slice(0, 2).join(' ')) ? 2 : 1;
const name = words.length === 0 ? undefined : words.slice(0, nameLength).join(' ');
const rest = words.slice(nameLength);
/** The commands of a group: `dlq list`, `dlq show` and so on for `dlq`. */
const group = Object.fromEntries(Object.entries(commands).filter(([one]) => one.startsWith(`${name} `)));

try {
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    console.log(await usageOf({ ...main, subCommands: await inOneSentence(commands) }));
  } else if (isAskingFor(group, rest)) {
    console.log(await usageOf({ ...main, subCommands: await inOneSentence(group) }));
  } else {
    const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (!load) {
      const known = Object.keys(Object.keys(group).length > 0 ? group : commands);
      const asked = Object.keys(group).length > 0 ? words.slice(0, 2).join(' ') : name;
      throw new UserError(`no command "${asked}". Commands: ${known.join(', ')}. See fanbus --help.`);
    }
    const command = await load();
    if (rest.includes('--help') || rest.includes('-h')) console.log(await usageOf(command, main));
    else {
      checkArguments(`fanbus ${name}`, rest, (command.args ?? {}) as ArgsDef);
      await runCommand(command, { rawArgs: rest });
    }
  }
} catch (error) {
  const explained = explainAwsError(error);
  if (!isForThePerson(error) && explained === undefined) throw error;
  console.error(`fanbus: ${explained ?? (error as Error).message}`);
  // At once: what still waits for an answer that nobody will give must not hold the process.
  if (error instanceof Interrupted) process.exit(error.exitCode);
  // A pattern test says "no match" with 1, so its troubles are 2.
  process.exitCode = name === 'pattern test' ? 2 : 1;
}

/** A group's name alone, or with --help: what there is in it. */
function isAskingFor(group: Record<string, LoadCommand>, [word]: readonly string[]): boolean {
  return Object.keys(group).length > 0 && (word === undefined || word === '--help' || word === '-h');
}

/** The help, without the command's name that citty puts behind the description, where an example ends. */
async function usageOf(command: CommandDef, parent?: CommandDef): Promise<string> {
  const usage = (await renderUsage(command, parent)).replace(/ \(fanbus[^)]*\)/, '');
  return process.stdout.isTTY ? usage : stripVTControlCharacters(usage);
}

/** The commands as the overview names them: what else their descriptions say is in their own help. */
async function inOneSentence(loads: Record<string, LoadCommand>): Promise<Record<string, CommandDef>> {
  const named = Object.entries(loads).map(async ([name, load]) => {
    const { meta } = await load();
    const { description = '' } = (await (typeof meta === 'function' ? meta() : meta)) ?? {};
    return [name, { meta: { name, description: description.split('. ')[0] } }] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

/** Whether the message alone tells what to put right; anything else is a bug and keeps its stack. */
function isForThePerson(error: unknown): error is Error {
  if (error instanceof UserError || error instanceof SettingsError) return true;
  return error instanceof Interrupted || (error instanceof Error && error.name === 'CLIError');
}
