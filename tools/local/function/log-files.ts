import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { LogLine } from './create-logs.ts';

/** Log groups as files that one can `tail -f`: `<folder>/aws/events/x.log` for `/aws/events/x`. */
export interface LogFiles {
  append(line: LogLine): void;
  /** Writes what still waits. */
  flush(): void;
}

/** Appends to files below this folder, which is made when the first line comes. */
export function createLogFiles(folder: string): LogFiles {
  let waiting = new Map<string, string>();

  return {
    append({ group, message }) {
      // One write for all lines of a turn: a busy function logs thousands.
      if (waiting.size === 0) setImmediate(flush);
      waiting.set(group, `${waiting.get(group) ?? ''}${message.trimEnd()}\n`);
    },
    flush,
  };

  function flush(): void {
    const due = waiting;
    waiting = new Map();
    for (const [group, text] of due) {
      const file = path.join(folder, fileOf(group));
      mkdirSync(path.dirname(file), { recursive: true });
      appendFileSync(file, text);
    }
  }
}

/** A group's name may hold dots and slashes: none of its parts may lead out of the folder. */
function fileOf(group: string): string {
  const parts = group.split('/').filter((part) => part !== '');
  return `${parts.map((part) => part.replace(/^\.+$/, (dots) => '_'.repeat(dots.length))).join('/')}.log`;
}
