import { defineCommand } from 'citty';
import { parseMoment } from '../parse-moment.ts';
import { readCount } from '../read-count.ts';
import { createStopSignal } from '../stop-signal.ts';
import { enterTarget } from '../target/enter-target.ts';
import { targetArguments } from '../target/target-arguments.ts';
import { askArchive } from '../trace/ask-archive.ts';
import { renderTrace } from '../trace/render-trace.ts';
import { traceEvent } from '../trace/trace-event.ts';
import { UserError } from '../user-error.ts';

export const trace = defineCommand({
  meta: {
    name: 'trace',
    description:
      'Says where an event went: who said it, whom it is for and what became of it there, what it caused. Exits with 1 when nobody knows it. Example: npx fanbus trace 0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
  },
  args: {
    event: {
      type: 'positional',
      description:
        'detail.metadata.eventId, EventBridge’s id of an event, or SQS’s id of a message (on AWS, of a dead letter)',
      required: false,
    },
    depth: {
      type: 'string',
      description: 'Generations of what it caused; 0 for the event alone. Default: all',
      valueHint: 'N',
    },
    archive: {
      type: 'boolean',
      description:
        'If nothing else knows it, have the archive replay two minutes to a queue of our own; on AWS that costs cents',
      default: false,
    },
    at: {
      type: 'string',
      description:
        'With --archive: when it was, to the minute, such as 2026-11-21T09:30:00Z, or 2h for two hours ago. Default: what the id tells',
      valueHint: 'TIME',
    },
    json: { type: 'boolean', description: 'Print {"event","notes"}', default: false },
    ...targetArguments,
  },
  async run({ args }) {
    const id = readId(args.event);
    const depth =
      args.depth === undefined ? undefined : readCount('depth', args.depth, { of: 'generations' });
    if (args.at !== undefined && !args.archive) {
      throw new UserError('--at says where to look in the archive: give --archive with it, or leave it out.');
    }
    const at = args.at === undefined ? undefined : parseMoment('at', args.at, Date.now());
    const signal = createStopSignal();
    const target = await enterTarget(args);
    const found = await traceEvent(id, {
      target,
      depth,
      signal,
      ...(args.archive && {
        askArchive(id) {
          const isSlow = target.kind === 'aws' && !args.json;
          if (isSlow) console.error('Asking the archive, which takes minutes on AWS.');
          return askArchive(id, { at, signal, target });
        },
      }),
    });
    process.stdout.write(args.json ? `${JSON.stringify(found)}\n` : renderTrace(found));
  },
});

function readId(id: string | undefined): string {
  if (id === undefined) {
    throw new UserError('no event: say which, such as fanbus trace 0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12.');
  }
  if (/^[\w-]{8,100}$/.test(id)) return id;
  throw new UserError(
    `"${id}" is no id of an event: they are UUIDs, such as 0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12.`,
  );
}
