import { join } from 'node:path';
import type { Validate } from '../services/runtime/event.ts';
import { findViolation } from '../services/runtime/find-violation.ts';
import { compileSchemas } from './codegen/compile-schemas.ts';
import { readSchemas } from './codegen/read-schemas.ts';
import { parseJson } from './parse-json.ts';

/** What the schema of an event's type says of it today. `unknown`: there is no schema of that type here. */
export type SchemaVerdict =
  | { readonly result: 'valid' }
  | { readonly result: 'invalid'; readonly problem: string }
  | { readonly result: 'unknown'; readonly problem: string };

/** Checks an event, given as JSON text. */
export type EventCheck = (text: string) => SchemaVerdict;

/** Checks events against the schemas of this clone as they are now. */
export function createEventChecker(root = repository): EventCheck {
  const { events, metadata } = readSchemas(root);
  const validators = new Map<string, Validate>();

  return (text) => {
    const event = parseJson(text);
    if (!isEnvelope(event)) {
      return { result: 'invalid', problem: 'it is no event: JSON with id, source, detail-type, detail' };
    }
    const { detail, 'detail-type': detailType, source } = event;
    const address = `${source}/${detailType}`;
    const schema = events.find((one) => one.source === source && one.detailType === detailType);
    if (schema === undefined) {
      return { result: 'unknown', problem: `there is no schemas/${address}.json in this clone` };
    }
    const [compiled] = validators.has(address) ? [] : compileSchemas({ metadata, events: [schema] });
    if (compiled) validators.set(address, compiled.validate);
    const validate = validators.get(address);
    const problem = validate && findViolation(validate, detail);
    return problem === undefined ? { result: 'valid' } : { result: 'invalid', problem };
  };
}

const repository = join(import.meta.dirname, '..');

interface Envelope {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
}

function isEnvelope(event: unknown): event is Envelope {
  if (typeof event !== 'object' || event === null) return false;
  const { id, source, 'detail-type': detailType, detail } = event as Readonly<Record<string, unknown>>;
  return [id, source, detailType].every((text) => typeof text === 'string') && detail !== undefined;
}
