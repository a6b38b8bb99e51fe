import { UserError } from '../user-error.ts';
import type { CompiledSchema } from './compile-schemas.ts';

/** Throws `UserError` for the first example that its own schema refuses, naming the field. */
export function checkExamples(schemas: readonly CompiledSchema[]): void {
  for (const { event, validate } of schemas) {
    const examples = Array.isArray(event.schema.examples) ? event.schema.examples : [];
    for (const [index, example] of examples.entries()) {
      if (validate(example)) continue;
      const [error] = validate.errors ?? [];
      throw new UserError(
        `${event.file}: /examples/${index}${error?.instancePath ?? ''} ${error?.message ?? 'is not valid'}. ` +
          'Correct the example or the schema.',
      );
    }
  }
}
