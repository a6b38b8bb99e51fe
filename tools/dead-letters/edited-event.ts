import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';

/** The event in a file, as JSON text: an event, or what `fanbus dlq show --json` printed of one message. */
export async function readEditedEvent(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((cause) => {
    throw new UserError(`--body ${file} cannot be read: ${cause.message}`, { cause });
  });
  const document = parse(text, `--body ${file}`);
  const [shown, ...others] = Array.isArray(document) ? document : [document];
  if (others.length > 0) {
    throw new UserError(`--body ${file} holds ${others.length + 1} messages: give one.`);
  }
  const isShown = typeof shown === 'object' && shown !== null && 'messageId' in shown && 'event' in shown;
  return JSON.stringify(isShown ? shown.event : shown);
}

/** Lets the person change an event in an editor of their own. */
export async function editEvent(
  body: string,
  { EDITOR, VISUAL }: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  const editor = VISUAL || EDITOR;
  if (!editor) {
    throw new UserError(
      'no editor: set VISUAL or EDITOR, or give the edited event as --body FILE (fanbus dlq show --json prints it).',
    );
  }
  const folder = await mkdtemp(join(tmpdir(), 'fanbus-dlq-'));
  try {
    const file = join(folder, 'event.json');
    const before = readable(body);
    await writeFile(file, before);
    // By the shell, as git does it: an editor may come with options.
    const child = spawn(`${editor} "$FANBUS_EVENT"`, {
      shell: true,
      stdio: 'inherit',
      env: { ...process.env, FANBUS_EVENT: file },
    });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new UserError(`the editor (${editor}) ended with ${code}: nothing was done.`);
    const after = await readFile(file, 'utf8');
    if (after === before) throw new UserError('the event was not changed: nothing was done.');
    return JSON.stringify(parse(after, 'the edited event'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function readable(body: string): string {
  try {
    return `${JSON.stringify(JSON.parse(body), undefined, 2)}\n`;
  } catch {
    return body;
  }
}

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${what} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}
