import { type BusEvent, envelopeOf, eventObjectOf } from '../bus/bus-event.ts';
import { invalid, optionalObject, optionalText } from '../bus/request.ts';
import type { JsonObject } from '../local-service.ts';
import { compileTemplate } from './input-template.ts';
import { readJsonPath } from './json-path.ts';
import type { Target } from './rule.ts';

/** How a target's `Input`, `InputPath` or `InputTransformer` makes what it receives; without them it is the whole event. */
export function targetInput(declared: JsonObject, id: string): Target['input'] {
  const input = optionalText(declared, 'Input');
  const path = optionalText(declared, 'InputPath');
  const transformer = optionalObject(declared, 'InputTransformer');
  if ([input, path, transformer].filter((one) => one !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  }
  if (input !== undefined) return constantInput(input, id);
  if (path !== undefined) return pathInput(path, id);
  return transformer === undefined ? envelopeOf : compileTemplate(transformer, id);
}

function constantInput(text: string, id: string): Target['input'] {
  try {
    JSON.parse(text);
  } catch (cause) {
    throw invalid(`JSON syntax error in input for target ${id}: ${String(cause)}`);
  }
  return () => text;
}

function pathInput(text: string, id: string): Target['input'] {
  const path = readJsonPath(text);
  if (path === undefined) throw invalid(`Invalid InputPath for target ${id} : ${text}.`);
  return (event: BusEvent) => {
    const value = path(eventObjectOf(event));
    return JSON.stringify(value === undefined ? {} : value);
  };
}
