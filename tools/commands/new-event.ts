import { join } from 'node:path';
import { defineCommand } from 'citty';
import { makeEvent } from '../scaffold/make-event.ts';
import { createStopSignal } from '../stop-signal.ts';

export const newEvent = defineCommand({
  meta: {
    name: 'new event',
    description:
      'Makes the schema of an event, and its types and validator: one file is to be filled in. A v2 begins as a copy of v1. Nothing that exists is overwritten. Example: npx fanbus new event fanbus.items/ItemCounted.v1',
  },
  args: {
    event: { type: 'positional', description: '<source>/<Type>.v<number>', required: true },
    like: { type: 'string', description: 'Event whose fields it begins with', valueHint: 'EVENT' },
    description: { type: 'string', description: 'What has happened, in a sentence', valueHint: 'TEXT' },
    'dry-run': { type: 'boolean', description: 'Say what would be made, and make nothing', default: false },
    json: { type: 'boolean', description: 'Print {"schema","generated"}', default: false },
  },
  async run({ args }) {
    const made = await makeEvent({
      root: join(import.meta.dirname, '../..'),
      address: args.event,
      like: args.like,
      description: args.description,
      isDryRun: args['dry-run'],
      signal: createStopSignal(),
    });
    if (args.json) {
      console.log(JSON.stringify(made));
      return;
    }
    const { schema, generated } = made;
    console.log(`
${args['dry-run'] ? `  would be new  ${schema}` : [`  new      ${schema}`, ...generated.map((path) => `  changed  ${path}`)].join('\n')}

  1. fill in ${schema}
  2. npx fanbus codegen
  3. npx fanbus new consumer NAME --on ${args.event}
  4. whoever says it names it in "emits" of its subscription
`);
  },
});
