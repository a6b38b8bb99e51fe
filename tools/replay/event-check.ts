import { join } from 'node:path';
import type { Envelope, Validate } from '../../services/runtime/event.ts';
import { findViolation } from '../../services/runtime/find-violation.ts';
import { generateWhenChanged } from '../codegen/generate-when-changed.ts';
import { readSchemas } from '../codegen/read-schemas.ts';

/** Today's schemas. */
export interface EventCheck {
  /** `<source>/<detail-type>` of every event that has a schema. */
  readonly types: readonly string[];
  /** What today's schema has against an event; undefined when it fits, and when no schema speaks of it. */
  problemOf(event: Pick<Envelope, 'source' | 'detail-type' | 'detail'>): string | undefined;
}

/** Reads the schemas of this clone. Throws `UserError` for one that is wrong. */
export async function readEventCheck(): Promise<EventCheck> {
  await generateWhenChanged(root);
  const { events } = readSchemas(root);
  const validators = new Map(
    await Promise.all(
      events.map(async ({ detailType, moduleName, source }) => {
        const module: { readonly validate: Validate } = await import(
          `../../generated/validators/${moduleName}.js`
        );
        return [`${source}/${detailType}`, module.validate] as const;
      }),
    ),
  );
  return {
    types: [...validators.keys()],
    problemOf({ source, 'detail-type': type, detail }) {
      const validate = validators.get(`${source}/${type}`);
      return validate && findViolation(validate, detail);
    },
  };
}

const root = join(import.meta.dirname, '../..');
