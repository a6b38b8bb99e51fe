export type JsonObject = { readonly [key: string]: unknown };

/** Everything in `schemas/`: the envelope that our own events share, and the events. */
export interface SchemaSet {
  readonly metadata: SchemaFile;
  /** Sorted by address. */
  readonly events: readonly EventSchema[];
}

export interface SchemaFile {
  /** Path from the root of the repository, with slashes: `schemas/metadata.json`. */
  readonly file: string;
  readonly schema: JsonObject;
}

export interface EventSchema extends SchemaFile {
  /** The folder: EventBridge's `source`. */
  readonly source: string;
  /** The file's name without `.json`: EventBridge's `detail-type`. */
  readonly detailType: string;
  /** `TaskRowsRead.v1` → `TaskRowsReadV1`. */
  readonly typeName: string;
  /** `TaskRowsRead.v1` → `task-rows-read-v1`. */
  readonly moduleName: string;
}

/** Whether an event is one of ours, and so carries our metadata; the others are AWS's. */
export function isOurs(event: EventSchema): boolean {
  return !event.source.startsWith('aws.');
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
