import { join } from 'node:path';
import { defineCommand } from 'citty';
import { listOf } from '../list-of.ts';
import { makeConsumer } from '../scaffold/make-consumer.ts';
import { createStopSignal } from '../stop-signal.ts';

export const newConsumer = defineCommand({
  meta: {
    name: 'new consumer',
    description:
      'Makes a consumer that compiles, passes its test and is deployed with the others: one file is to be filled in. Nothing that exists is overwritten. Example: npx fanbus new consumer count-words --on fanbus.items/ItemReceived.v1',
  },
  args: {
    name: { type: 'positional', description: 'What it does, as count-words', required: true },
    on: {
      type: 'string',
      description: 'Events to hear: <source>/<Type>.v1, the type alone, or fanbus.* for all of ours',
      valueHint: 'EVENT…',
    },
    emits: { type: 'string', description: 'Events that it says', valueHint: 'EVENT…' },
    pattern: {
      type: 'string',
      description: 'Conditions on detail of what it hears, in EventBridge’s language',
      valueHint: 'JSON',
    },
    domain: {
      type: 'string',
      description: 'Folder of services/. Default: that of the first event',
      valueHint: 'NAME',
    },
    description: { type: 'string', description: 'What it is for, in a sentence', valueHint: 'TEXT' },
    'dry-run': { type: 'boolean', description: 'Say what would be made, and make nothing', default: false },
    json: {
      type: 'boolean',
      description: 'Print {"name","domain","decision","tests","created","changed","warnings"}',
      default: false,
    },
  },
  async run({ args, rawArgs }) {
    const made = await makeConsumer({
      root: join(import.meta.dirname, '../..'),
      name: args.name,
      on: listOf(rawArgs, 'on'),
      emits: listOf(rawArgs, 'emits'),
      pattern: args.pattern,
      domain: args.domain,
      description: args.description,
      isDryRun: args['dry-run'],
      signal: createStopSignal(),
    });
    if (args.json) {
      console.log(JSON.stringify(made));
      return;
    }
    for (const warning of made.warnings) console.error(`fanbus: note: ${warning}`);
    const { name, decision, tests, created, changed } = made;
    const would = args['dry-run'] ? 'would be ' : '';
    console.log(`
${[...created.map((path) => `  ${would}new      ${path}`), ...changed.map((path) => `  ${would}changed  ${path}`)].join('\n')}

  1. fill in ${decision}
  2. npx vitest run ${tests}
  3. npx fanbus deploy ${name}    (fanbus local --watch has done so)
  4. npx fanbus replay run --consumer ${name} --since 30d
`);
  },
});
