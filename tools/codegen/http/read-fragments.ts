import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '../../user-error.ts';
import { isJsonObject, type JsonObject } from '../schema-set.ts';
import { escapePointer } from '../walk-schema.ts';
import {
  type ApiBody,
  type ApiFragment,
  type ApiOperation,
  type ApiParameter,
  type ApiResponse,
  DEFAULT_MAX_BYTES,
} from './api-fragment.ts';

/** Reads every fragment below `<root>/schemas/http`, by domain. Throws `UserError` for a file that is none. */
export function readFragments(root: string): readonly ApiFragment[] {
  return globSync('schemas/http/*.json', { cwd: root })
    .map((file) => file.replaceAll('\\', '/'))
    .sort()
    .map((file) => readFragment(root, file));
}

function readFragment(root: string, file: string): ApiFragment {
  const fragment = parse(file, readFileSync(join(root, file), 'utf8'));
  const at = (pointer: string) => `${file}: ${pointer}`;
  const components = optionalObject(fragment.components, at('/components'));
  const schemas = optionalObject(components.schemas, at('/components/schemas'));
  return {
    file,
    domain: basename(file, '.json'),
    functionName: text(fragment.function, at('/function')),
    title: text(fragment.title, at('/title')),
    description: text(fragment.description, at('/description')),
    operations: Object.entries(object(fragment.paths, at('/paths'))).flatMap(([path, methods]) => {
      const pointer = `/paths/${escapePointer(path)}`;
      return Object.entries(object(methods, at(pointer))).map(([method, operation]) =>
        readOperation(file, { path, method, pointer: `${pointer}/${method}`, operation }),
      );
    }),
    schemas: Object.fromEntries(
      Object.entries(schemas).map(([name, schema]) => [
        name,
        object(schema, at(`/components/schemas/${name}`)),
      ]),
    ),
  };
}

function readOperation(
  file: string,
  {
    path,
    method,
    pointer,
    operation,
  }: {
    readonly path: string;
    readonly method: string;
    readonly pointer: string;
    readonly operation: unknown;
  },
): ApiOperation {
  const at = (inner = '') => `${file}: ${pointer}${inner}`;
  if (!methods.includes(method)) {
    throw new UserError(`${at()} is no method. An operation stands under ${methods.join(', ')}.`);
  }
  const source = object(operation, at());
  for (const key of ['summary', 'description']) text(source[key], at(`/${key}`));
  if (source.security !== undefined && JSON.stringify(source.security) !== '[]') {
    throw new UserError(
      `${at('/security')} is ${JSON.stringify(source.security)}. An operation takes a token, unless "security" is [].`,
    );
  }
  const parameters = Array.isArray(source.parameters) ? source.parameters : [];
  const body = source.requestBody;
  return {
    id: text(source.operationId, at('/operationId')),
    pointer,
    method: method.toUpperCase(),
    path,
    isOpen: source.security !== undefined,
    parameters: parameters.map((each, index) => readParameter(each, at(`/parameters/${index}`))),
    ...(body === undefined ? {} : { body: readBody(body, at('/requestBody')) }),
    responses: Object.entries(object(source.responses, at('/responses'))).map(([status, response]) =>
      readResponse(status, response, at(`/responses/${status}`)),
    ),
    source,
  };
}

const methods = ['get', 'post', 'put', 'patch', 'delete'];

function readParameter(given: unknown, place: string): ApiParameter {
  const source = object(given, place);
  const where = source.in;
  if (where !== 'path' && where !== 'query' && where !== 'header') {
    throw new UserError(`${place}/in is ${JSON.stringify(where)}. A parameter is in path, query or header.`);
  }
  text(source.description, `${place}/description`);
  const schema = object(source.schema, `${place}/schema`);
  if (typeof schema.type !== 'string' || !parameterTypes.includes(schema.type)) {
    throw new UserError(
      `${place}/schema/type is ${JSON.stringify(schema.type)}. A parameter is one of ${parameterTypes.join(', ')}.`,
    );
  }
  const name = text(source.name, `${place}/name`);
  return { name, in: where, isRequired: where === 'path' || source.required === true, schema, source };
}

const parameterTypes = ['string', 'integer', 'boolean'];

function readBody(given: unknown, place: string): ApiBody {
  const source = object(given, place);
  const maxBytes = source['x-max-bytes'] ?? DEFAULT_MAX_BYTES;
  if (typeof maxBytes !== 'number' || !Number.isInteger(maxBytes) || maxBytes < 1 || maxBytes > MOST_BYTES) {
    throw new UserError(
      `${place}/x-max-bytes is ${JSON.stringify(maxBytes)}. A body may have from 1 to ${MOST_BYTES} bytes: Lambda takes 6 MB, and text grows when it is quoted.`,
    );
  }
  return { ...readContent(source.content, `${place}/content`), maxBytes };
}

const MOST_BYTES = 4_194_304;

function readResponse(status: string, given: unknown, place: string): ApiResponse {
  const source = object(given, place);
  text(source.description, `${place}/description`);
  if (!/^[234]\d\d$/.test(status)) {
    throw new UserError(`${place} is no status. An operation answers 200 to 499; the rest is said of all.`);
  }
  const isProblem = status.startsWith('4');
  if (isProblem && source.content !== undefined) {
    throw new UserError(`${place}/content is not yours to say: every 4xx is a problem. Remove it.`);
  }
  return {
    status: Number(status),
    headers: Object.keys(optionalObject(source.headers, `${place}/headers`)),
    ...(source.content === undefined ? {} : { content: readContent(source.content, `${place}/content`) }),
  };
}

function readContent(given: unknown, place: string) {
  const [entry, ...others] = Object.entries(object(given, place));
  if (entry === undefined || others.length > 0) {
    throw new UserError(`${place} has ${others.length === 0 ? 'no' : 'several'} media types. Name one.`);
  }
  const [mediaType, content] = entry;
  const { schema } = object(content, `${place}/${escapePointer(mediaType)}`);
  return { mediaType, schema: object(schema, `${place}/${escapePointer(mediaType)}/schema`) };
}

function parse(file: string, json: string): JsonObject {
  try {
    return object(JSON.parse(json), file);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new UserError(`${file} is no JSON: ${cause.message}.`, { cause });
  }
}

function optionalObject(value: unknown, place: string): JsonObject {
  return value === undefined ? {} : object(value, place);
}

function object(value: unknown, place: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw new UserError(`${place} is ${JSON.stringify(value)?.slice(0, 40)}, and must be an object.`);
}

function text(value: unknown, place: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw new UserError(`${place} is ${JSON.stringify(value)?.slice(0, 40)}, and must be a text. Add it.`);
}
