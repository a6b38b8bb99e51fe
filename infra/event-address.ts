import { existsSync, globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SettingsError } from './settings-error.ts';

const schemas = fileURLToPath(new URL('../schemas/', import.meta.url));

/** The two halves of `<source>/<detail-type>`. Throws `SettingsError` when no schema lies at that address. */
export function eventAddress(event: string): { readonly source: string; readonly detailType: string } {
  const [source, detailType, ...rest] = event.split('/');
  if (source === undefined || detailType === undefined || rest.length > 0) {
    throw new SettingsError(
      `"${event}" is no event: it must be <source>/<detail-type>, the path of its schema.`,
    );
  }
  if (!existsSync(`${schemas}${event}.json`)) {
    throw new SettingsError(
      `no schema for event "${event}": add schemas/${event}.json or correct the address.`,
    );
  }
  return { source, detailType };
}

/** The source of an event type of our own: the folder its schema lies in. Throws `SettingsError` when there is none. */
export function eventSource(eventType: string): string {
  const [path] = globSync(`*/${eventType}.json`, { cwd: schemas });
  if (path === undefined) {
    throw new SettingsError(
      `no schema for event type "${eventType}": add schemas/<source>/${eventType}.json.`,
    );
  }
  return eventAddress(path.slice(0, -'.json'.length)).source;
}
