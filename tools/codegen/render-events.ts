import { compile } from 'json-schema-to-typescript';
import { type EventSchema, isJsonObject, isOurs, type JsonObject, type SchemaSet } from './schema-set.ts';
import type { GeneratedFile } from './write-files.ts';

/** One module per event: the type of its detail, and the contract that carries name, source and validator. */
export async function renderEvents({ metadata, events }: SchemaSet): Promise<readonly GeneratedFile[]> {
  return [
    { path: 'generated/events/metadata.ts', content: await renderType(metadata.schema, 'Metadata') },
    ...(await Promise.all(events.map(renderEvent))),
  ];
}

async function renderEvent(event: EventSchema): Promise<GeneratedFile> {
  const { typeName, moduleName, source, detailType } = event;
  const type = await renderType(shareMetadata(event), typeName);
  const imports = [
    `import { validate } from '../validators/${moduleName}.js';`,
    ...(isOurs(event) ? [`import type { Metadata } from './metadata.ts';`] : []),
  ];
  const contract = `/** The contract of \`${detailType}\` from \`${source}\`: what publish and consume need of it. */
export const ${contractName(event)} = {
  source: ${JSON.stringify(source)},
  type: ${JSON.stringify(detailType)},
  validate,
} as const;
`;
  return {
    path: `generated/events/${moduleName}.ts`,
    content: `${imports.join('\n')}\n\n${type}\n${contract}`,
  };
}

/** `TaskRowsRead.v1` → `taskRowsReadV1`. */
export function contractName({ typeName }: EventSchema): string {
  return typeName.charAt(0).toLowerCase() + typeName.slice(1);
}

function renderType(schema: JsonObject, name: string): Promise<string> {
  // The title would name the type in place of the file, and examples are no part of a type.
  const { title: _title, examples: _examples, $id: _id, ...rest } = schema;
  return compile(structuredClone(rest), name, {
    additionalProperties: false,
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    format: false,
  });
}

/** Every event of ours has the same metadata: one type for all instead of a copy in each module. */
function shareMetadata(event: EventSchema): JsonObject {
  if (!isOurs(event) || !isJsonObject(event.schema.properties)) return event.schema;
  return { ...event.schema, properties: { ...event.schema.properties, metadata: { tsType: 'Metadata' } } };
}
