import type { SchemaSet } from './schema-set.ts';
import type { GeneratedFile } from './write-files.ts';

/** The map from an event's type to its source and detail, from which publish and consume take their types. */
export function renderEventMap({ events }: SchemaSet): GeneratedFile {
  const imports = events.map(
    ({ typeName, moduleName }) => `import type { ${typeName} } from './events/${moduleName}.ts';`,
  );
  const entries = events.map(
    ({ source, detailType, typeName }) =>
      `  ${JSON.stringify(detailType)}: { source: ${JSON.stringify(source)}; detail: ${typeName} };`,
  );
  return {
    path: 'generated/event-map.ts',
    content: `${imports.join('\n')}

/** Every event type there is: its source and the type of its detail. */
export interface EventMap {
${entries.join('\n')}
}
`,
  };
}
