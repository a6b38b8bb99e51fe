import { Ajv, type AnySchemaObject } from 'ajv';
import { UserError } from '../../user-error.ts';
import { formats } from '../formats.ts';
import { type ApiBody, type ApiFragment, DEFAULT_MAX_BYTES, JSON_TYPE } from './api-fragment.ts';
import { requestSchema } from './request-schema.ts';

/** A fragment's requests, compiled: the id under which ajv knows each, by operation. */
export interface CompiledFragment {
  readonly fragment: ApiFragment;
  readonly ajv: Ajv;
  readonly ids: Readonly<Record<string, string>>;
}

/** Compiles what a fragment's operations take, to find every fault of a request; only the first where bodies may be large. Throws `UserError` for a schema that ajv's strict mode refuses, or an example that its schema does. */
export function compileRequests(fragment: ApiFragment): CompiledFragment {
  const ajv = new Ajv({
    strict: true,
    strictRequired: true,
    // Every fault is an object: of a large body that is nothing but faults they would fill a function's memory.
    allErrors: fragment.operations.every(({ body }) => !isLarge(body)),
    discriminator: true,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(['components']);
  for (const [name, pattern] of Object.entries(formats)) ajv.addFormat(name, pattern);
  const base = `fanbus:/${fragment.file}`;
  const components = { components: { schemas: fragment.schemas } };
  const ids = Object.fromEntries(fragment.operations.map(({ id }) => [id, `${base}/${id}`]));
  try {
    for (const operation of fragment.operations) {
      // Each has the schemas inside it, for references to find them.
      ajv.addSchema({
        $id: ids[operation.id],
        ...requestSchema(operation),
        ...components,
      } as AnySchemaObject);
    }
    for (const id of Object.values(ids)) ajv.getSchema(id);
    checkExamples(fragment, ajv, base);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw new UserError(
      `${fragment.file}: ${cause instanceof Error ? cause.message : cause}. Correct the schema.`,
      { cause },
    );
  }
  return { fragment, ajv, ids };
}

function isLarge(body: ApiBody | undefined): boolean {
  return body?.mediaType === JSON_TYPE && body.maxBytes > DEFAULT_MAX_BYTES;
}

function checkExamples({ file, schemas }: ApiFragment, ajv: Ajv, base: string): void {
  for (const [name, schema] of Object.entries(schemas)) {
    const validate = ajv.compile({
      ...schema,
      $id: `${base}/examples/${name}`,
      components: { schemas },
    });
    const examples = Array.isArray(schema.examples) ? schema.examples : [];
    for (const [index, example] of examples.entries()) {
      if (validate(example)) continue;
      const [error] = validate.errors ?? [];
      throw new UserError(
        `${file}: /components/schemas/${name}/examples/${index}${error?.instancePath} ${error?.message}. ` +
          'Correct the example or the schema.',
      );
    }
  }
}
