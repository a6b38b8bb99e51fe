import type { Validate } from './event.ts';

/** What is wrong with a detail, naming the field, its value and what is allowed; undefined when it is valid. */
export function findViolation(validate: Validate, detail: unknown): string | undefined {
  if (validate(detail)) return undefined;
  const [error] = validate.errors ?? [];
  if (error === undefined) return 'the schema refuses it';
  const allowed = 'allowedValues' in error.params ? `: ${JSON.stringify(error.params.allowedValues)}` : '';
  return `${error.instancePath || '/'} ${error.message}${allowed}, but is ${quote(valueAt(detail, error.instancePath))}`;
}

function valueAt(detail: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], detail);
}

/** An object is told by its fields: its values may be long, and secret. */
function quote(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null)
    return `an object of ${Object.keys(value).join(', ') || 'nothing'}`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

const LONGEST = 100;
