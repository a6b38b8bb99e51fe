import { type BusEvent, envelopeTime, eventObjectOf } from '../bus/bus-event.ts';
import { invalid, optionalObject, optionalText, requireText } from '../bus/request.ts';
import type { JsonObject } from '../local-service.ts';
import { DeliveryFailure } from './delivery-failure.ts';
import { type JsonPath, readJsonPath } from './json-path.ts';
import type { Rule, Target } from './rule.ts';

/** Compiles an `InputTransformer`: what its template makes of an event. Throws `ValidationException` for one that AWS refuses. */
export function compileTemplate(transformer: JsonObject, id: string): Target['input'] {
  const template = requireText(transformer, 'InputTemplate');
  if (template.length > maxTemplateLength) {
    throw invalid(
      `InputTemplate for target ${id} may have ${maxTemplateLength} characters, not ${template.length}.`,
    );
  }
  const paths = readPathsMap(optionalObject(transformer, 'InputPathsMap') ?? {}, id);
  const parts = splitTemplate(template);
  for (const part of parts) {
    if (part.variable !== undefined && !paths.has(part.variable) && !predefined.has(part.variable)) {
      throw invalid(`InputTemplate for target ${id} contains invalid placeholder ${part.variable}.`);
    }
  }
  const isText = template.trimStart().startsWith('"');
  const lookUp = (variable: string, event: BusEvent, rule: Rule) =>
    (paths.get(variable) ?? (() => predefined.get(variable)?.(event, rule)))(eventObjectOf(event));

  return (event, rule) => {
    const body = parts
      .map(({ text, variable, isQuoted }) => {
        if (variable === undefined) return text;
        const value = lookUp(variable, event, rule);
        if (isText) return plainText(value);
        return isQuoted ? insideString(value) : JSON.stringify(value === undefined ? '' : value);
      })
      .join('');
    if (!isText) checkJson(body, id);
    return body;
  };
}

interface TemplatePart {
  readonly text: string;
  readonly variable: string | undefined;
  /** Whether it stands inside a JSON string. */
  readonly isQuoted: boolean;
}

/** `{"a": <b>}` -> `{"a": `, <b>, `}` */
function splitTemplate(template: string): TemplatePart[] {
  let isQuoted = false;
  return template.split(/(<[\w.-]+>)/).map((text) => {
    const variable = /^<([\w.-]+)>$/.exec(text)?.[1];
    if (variable === undefined) {
      for (const [quote] of text.matchAll(/\\.|"/gs)) if (quote === '"') isQuoted = !isQuoted;
    }
    return { text, variable, isQuoted };
  });
}

function readPathsMap(map: JsonObject, id: string): Map<string, JsonPath> {
  const names = Object.keys(map);
  if (names.length > maxVariables) {
    throw invalid(`InputPathsMap for target ${id} may have ${maxVariables} entries, not ${names.length}.`);
  }
  return new Map(
    names.map((name) => {
      const path = readJsonPath(optionalText(map, name) ?? '');
      if (path === undefined) throw invalid(`Invalid InputPath for target ${id} : ${String(map[name])}.`);
      return [name, path];
    }),
  );
}

const maxTemplateLength = 8192;
const maxVariables = 100;

const predefined = new Map<string, (event: BusEvent, rule: Rule) => unknown>([
  ['aws.events.rule-arn', (_event, rule) => rule.arn],
  ['aws.events.rule-name', (_event, rule) => rule.name],
  ['aws.events.event.ingestion-time', (event) => envelopeTime(event.acceptedAt)],
  ['aws.events.event.json', (event) => eventObjectOf(event)],
  [
    'aws.events.event',
    ({ id, account, detailType, time, source, region, resources }) => ({
      id,
      account,
      detailType,
      time,
      source,
      region,
      resources,
      version: '0',
    }),
  ],
]);

/** In a template that is text, values stand without any quotes: {"a":["b"]} -> {a:[b]} */
function plainText(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '');
}

/** An object or array there breaks the JSON, and AWS then delivers nothing. */
function insideString(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? JSON.stringify(value).slice(1, -1) : JSON.stringify(value);
}

function checkJson(body: string, id: string): void {
  try {
    JSON.parse(body);
  } catch (cause) {
    throw new DeliveryFailure(
      'INVALID_JSON',
      `The input template of target ${id} made no valid JSON: ${body}`,
      { cause },
    );
  }
}
