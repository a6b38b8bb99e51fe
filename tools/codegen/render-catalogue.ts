import { type EventSchema, isJsonObject, type JsonObject, type SchemaSet } from './schema-set.ts';
import type { GeneratedFile } from './write-files.ts';

/** `docs/events.md`: every event that may be said on the bus, its fields and an example. */
export function renderCatalogue({ metadata, events }: SchemaSet): GeneratedFile {
  const sections = events.map(renderEvent);
  return {
    path: 'docs/events.md',
    content: `# Events

Written by \`npx fanbus codegen\` from \`schemas/\`: change a schema, not this page.

An event of ours has the detail \`{ metadata, data }\`. ${metadata.schema.description}

${renderFields(metadata.schema)}

${sections.join('\n\n')}
`,
  };
}

function renderEvent({ source, detailType, schema }: EventSchema): string {
  const [example] = Array.isArray(schema.examples) ? schema.examples : [];
  return `## ${source}/${detailType}

${schema.description}

${renderFields(schema)}

\`\`\`json
${JSON.stringify(example, null, 2)}
\`\`\``;
}

function renderFields(schema: JsonObject): string {
  const rows = [...listFields(schema)].map(
    ({ path, type, isRequired, description }) =>
      `| \`${path}\` | ${type}${isRequired ? '' : ', optional'} | ${description.replaceAll('|', '\\|')} |`,
  );
  return ['| field | type | meaning |', '|---|---|---|', ...rows].join('\n');
}

interface Field {
  readonly path: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
}

function* listFields(schema: JsonObject, parent = ''): Generator<Field> {
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  for (const [name, field] of Object.entries(properties)) {
    // The shared metadata stands once, at the top of the page.
    if (!isJsonObject(field) || field.$ref !== undefined) continue;
    const path = parent + name;
    yield {
      path,
      type: describeType(field),
      isRequired: required.includes(name),
      description: String(field.description),
    };
    yield* listFields(field, `${path}.`);
    if (isJsonObject(field.items)) yield* listFields(field.items, `${path}[].`);
  }
}

function describeType(field: JsonObject): string {
  if (Array.isArray(field.enum)) return field.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  return String(field.format ?? field.type ?? 'anything');
}
