import { join } from 'node:path';
import { checkExamples } from './check-examples.ts';
import { checkSchemas } from './check-schemas.ts';
import { compileSchemas } from './compile-schemas.ts';
import { generateHttp } from './http/generate-http.ts';
import { checkIngress } from './http/ingress.ts';
import { readFragments } from './http/read-fragments.ts';
import { ownEvent } from './own-event.ts';
import { readSchemas } from './read-schemas.ts';
import { renderCatalogue } from './render-catalogue.ts';
import { renderEventMap } from './render-event-map.ts';
import { renderEvents } from './render-events.ts';
import { renderValidators } from './render-validators.ts';
import { writeFiles } from './write-files.ts';

export interface Generated {
  /** How many event types there are. */
  readonly events: number;
  /** The files that had to be written or removed, from the root. */
  readonly changed: readonly string[];
}

/**
 * Turns `schemas/` into `generated/`, `docs/events.md` and `docs/openapi.json` below `root` (default: this repository). The same schemas give the same bytes.
 * Throws `UserError` naming file and field for a schema that is wrong; nothing is written then.
 */
export async function generate(root: string = repository): Promise<Generated> {
  const schemas = readSchemas(root);
  checkSchemas(schemas);
  checkIngress(schemas.events);
  const withOwnEvent = { ...schemas, events: [...schemas.events, ownEvent] };
  const compiled = compileSchemas(withOwnEvent);
  checkExamples(compiled);
  const files = [
    ...(await renderEvents(withOwnEvent)),
    ...(await renderValidators(compiled)),
    renderEventMap(schemas),
    renderCatalogue(schemas),
    ...(await generateHttp(readFragments(root), schemas.events)),
  ];
  return { events: schemas.events.length, changed: writeFiles(root, files) };
}

const repository = join(import.meta.dirname, '../..');
