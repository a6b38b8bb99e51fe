import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../user-error.ts';
import { type EventSchema, isJsonObject, type SchemaFile, type SchemaSet } from './schema-set.ts';

/** Reads every schema of an event below `<root>/schemas`. Throws `UserError` for a file that is no JSON object or in the wrong place. */
export function readSchemas(root: string): SchemaSet {
  const files = globSync('schemas/**/*.json', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !file.startsWith(httpFolder));
  const events = files
    .filter((file) => file !== metadataFile)
    .sort()
    .map((file) => readEvent(root, file));
  if (events.length === 0) {
    throw new UserError(
      `no event schema below ${join(root, 'schemas')}. Add one as schemas/<source>/<Name>.v1.json.`,
    );
  }
  refuseSharedNames(events);
  return { metadata: readFile(root, metadataFile), events };
}

const metadataFile = 'schemas/metadata.json';
/** What the API takes and answers: `http/read-fragments.ts`. */
const httpFolder = 'schemas/http/';

function readEvent(root: string, file: string): EventSchema {
  const [, source = '', fileName = '', ...deeper] = file.split('/');
  const detailType = fileName.replace(/\.json$/, '');
  if (fileName === '' || deeper.length > 0) {
    throw new UserError(
      `${file}: the path is the event's address, so a schema stands at schemas/<source>/<detail-type>.json. Move it there.`,
    );
  }
  if (source.startsWith('aws.') ? !awsName.test(detailType) : !ourName.test(detailType)) {
    throw new UserError(
      `${file}: "${detailType}" is no name for an event of ${source}. ` +
        (source.startsWith('aws.')
          ? "AWS's detail-types are words with spaces, such as Object Created.json."
          : 'Ours are <PascalCase>.v<number>, such as TaskFileCompleted.v1.json. Rename the file.'),
    );
  }
  const words = detailType.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+/g) ?? [];
  return {
    ...readFile(root, file),
    source,
    detailType,
    typeName: detailType.replace(/(^|[^A-Za-z0-9])([A-Za-z0-9])/g, (_, _gap, letter) => letter.toUpperCase()),
    moduleName: words
      .join('-')
      .toLowerCase()
      .replace(/-v-(\d+)$/, '-v$1'),
  };
}

const ourName = /^[A-Z][A-Za-z0-9]*\.v[1-9][0-9]*$/;
const awsName = /^[A-Z][A-Za-z0-9]*([ -][A-Za-z0-9]+)*$/;

function readFile(root: string, file: string): SchemaFile {
  const schema = parse(file, read(root, file));
  if (!isJsonObject(schema)) {
    throw new UserError(
      `${file}: a schema is a JSON object, this is ${JSON.stringify(schema)?.slice(0, 40)}.`,
    );
  }
  return { file, schema };
}

function read(root: string, file: string): string {
  try {
    return readFileSync(join(root, file), 'utf8');
  } catch (cause) {
    throw new UserError(`${file} cannot be read: all events of ours refer to it. Restore it.`, { cause });
  }
}

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}.`, {
      cause,
    });
  }
}

/** Code names an event by its detail-type alone, so two sources may not share one. */
function refuseSharedNames(events: readonly EventSchema[]): void {
  const byName = new Map<string, EventSchema>();
  for (const event of events) {
    const other = byName.get(event.moduleName);
    if (other) {
      throw new UserError(
        `${event.file} and ${other.file} have the same name: "${event.detailType}". ` +
          'A detail-type belongs to one source. Rename one of them.',
      );
    }
    byName.set(event.moduleName, event);
  }
}
