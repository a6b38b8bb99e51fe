import type { BusEvent } from '../bus/bus-event.ts';
import { isObject, listOfTexts, optionalObject, optionalText } from '../bus/request.ts';
import type { JsonObject } from '../local-service.ts';
import { dynamicText } from './dynamic-text.ts';

/** What a target adds to the requests of its API destination. */
export interface HttpParameters {
  /** For each `*` in the endpoint's path, in order. */
  readonly pathValues: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

/** A target's `HttpParameters`, ready to be filled from an event: each value may be a path such as `$.detail.id`. */
export function readHttpParameters(declared: JsonObject): (event: BusEvent) => HttpParameters {
  const parameters = optionalObject(declared, 'HttpParameters') ?? {};
  const pathValues = listOfTexts(parameters, 'PathParameterValues').map(dynamicText);
  const headers = dynamicTexts(parameters, 'HeaderParameters');
  const query = dynamicTexts(parameters, 'QueryStringParameters');
  return (event) => ({
    pathValues: pathValues.map((value) => value(event) ?? ''),
    headers: fill(headers, event),
    query: fill(query, event),
  });
}

type DynamicTexts = readonly (readonly [string, ReturnType<typeof dynamicText>])[];

function dynamicTexts(parameters: JsonObject, member: string): DynamicTexts {
  const texts = parameters[member];
  if (!isObject(texts)) return [];
  return Object.keys(texts).map((name) => [name, dynamicText(optionalText(texts, name) ?? '')]);
}

function fill(texts: DynamicTexts, event: BusEvent): Record<string, string> {
  return Object.fromEntries(texts.map(([name, value]) => [name, value(event) ?? '']));
}
