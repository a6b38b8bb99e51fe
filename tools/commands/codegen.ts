import { defineCommand } from 'citty';
import { generate } from '../codegen/generate.ts';

export const codegen = defineCommand({
  meta: {
    name: 'codegen',
    description:
      'Turns schemas/ into types, validators, docs/events.md and docs/openapi.json. Example: npx fanbus codegen',
  },
  async run() {
    const { events, changed } = await generate();
    console.log(
      `${events} events; ${changed.length === 0 ? 'nothing changed' : `wrote ${changed.join(', ')}`}`,
    );
  },
});
