import { type BusEvent, eventObjectOf } from '../bus/bus-event.ts';
import { readJsonPath } from './json-path.ts';

/** A target's parameter: the text itself, or what a path such as `$.detail.tenantId` finds in the event; nothing when it finds nothing. */
export function dynamicText(text: string): (event: BusEvent) => string | undefined {
  const path = text.startsWith('$') ? readJsonPath(text) : undefined;
  if (path === undefined) return () => text;
  return (event) => {
    const value = path(eventObjectOf(event));
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}
