import { UserError } from '../../user-error.ts';
import { isJsonObject, type JsonObject } from '../schema-set.ts';
import { walkSchema } from '../walk-schema.ts';
import type { ApiFragment, ApiOperation } from './api-fragment.ts';

/** Throws `UserError` for the first fragment that does not say what callers and tools need to know, or says it twice. */
export function checkFragments(fragments: readonly ApiFragment[]): void {
  refuseSame(fragments, 'operationId', (fragment) => fragment.operations.map(({ id }) => id));
  refuseSame(fragments, 'route', (fragment) => fragment.operations.map(routeOf));
  refuseSame(fragments, 'schema', (fragment) => Object.keys(fragment.schemas));
  refuseSame(fragments, 'function', (fragment) => [fragment.functionName]);
  for (const fragment of fragments) {
    for (const operation of fragment.operations) {
      checkName(fragment, operation);
      checkPath(fragment, operation);
      for (const [pointer, schema] of schemasOf(operation)) checkSchema(fragment, pointer, schema);
    }
    for (const [name, schema] of Object.entries(fragment.schemas)) {
      checkSchema(fragment, `/components/schemas/${name}`, schema);
    }
  }
}

function refuseSame(
  fragments: readonly ApiFragment[],
  what: string,
  list: (fragment: ApiFragment) => readonly string[],
): void {
  const seen = new Map<string, ApiFragment>();
  for (const fragment of fragments) {
    for (const name of list(fragment)) {
      const other = seen.get(name);
      if (other) {
        throw new UserError(
          `${fragment.file} has the ${what} ${name}, which ${other === fragment ? 'it has already' : `is in ${other.file}`}. All are one document: rename one of them.`,
        );
      }
      seen.set(name, fragment);
    }
  }
}

/** As API Gateway names a route: `GET /tasks/{id}`. */
export function routeOf({ method, path }: ApiOperation): string {
  return `${method} ${path}`;
}

function checkName({ file, functionName }: ApiFragment, { id, pointer }: ApiOperation): void {
  if (!/^[a-z][A-Za-z0-9]*$/.test(id)) {
    throw new UserError(
      `${file}: ${pointer}/operationId is "${id}". It is a verb and an object: listTasks. It names a function.`,
    );
  }
  if (!/^[a-z]+(-[a-z]+)*-api$/.test(functionName)) {
    throw new UserError(`${file}: /function is "${functionName}". It is <domain>-api, such as tasks-api.`);
  }
}

function checkPath({ file }: ApiFragment, { path, pointer, parameters }: ApiOperation): void {
  if (!/^(\/([a-z][a-z0-9.-]*|\{[a-z][A-Za-z0-9]*\}))+$/.test(path)) {
    throw new UserError(
      `${file}: ${pointer} is no path: it is made of kebab-case words and {parameters}, such as /tasks/{id}.`,
    );
  }
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
  const declared = parameters.filter((each) => each.in === 'path').map(({ name }) => name);
  if (inPath.join() !== [...declared].sort().join()) {
    throw new UserError(
      `${file}: ${pointer}/parameters name ${declared.join(', ') || 'nothing'} in the path, which has ${inPath.join(', ') || 'nothing'}. Make them the same.`,
    );
  }
}

function schemasOf({
  pointer,
  body,
  responses,
  parameters,
}: ApiOperation): (readonly [string, JsonObject])[] {
  return [
    ...parameters.map(({ schema }, index) => [`${pointer}/parameters/${index}/schema`, schema] as const),
    ...(body ? [[`${pointer}/requestBody`, body.schema] as const] : []),
    ...responses.flatMap(({ status, content }) =>
      content ? [[`${pointer}/responses/${status}`, content.schema] as const] : [],
    ),
  ];
}

function checkSchema({ file, schemas }: ApiFragment, place: string, schema: JsonObject): void {
  for (const { pointer, schema: node, isField } of walkSchema(schema, place)) {
    const isTop = pointer.startsWith('/components/') && pointer === place;
    if (node.$ref === undefined && (isField || isTop) && typeof node.description !== 'string') {
      throw new UserError(`${file}: ${pointer} has no "description". Say what it holds.`);
    }
    if (node.$ref !== undefined && !isKnown(node.$ref, schemas)) {
      throw new UserError(
        `${file}: ${pointer} refers to ${JSON.stringify(node.$ref)}. It may refer to "#/components/schemas/<name>" of its own file: ${Object.keys(schemas).join(', ')}.`,
      );
    }
    if (isJsonObject(node.properties) && node.additionalProperties === undefined && !node.oneOf) {
      throw new UserError(
        `${file}: ${pointer} does not say whether it takes other fields. Set "additionalProperties": false; a misspelt field is then refused, not lost.`,
      );
    }
  }
}

function isKnown(reference: unknown, schemas: Readonly<Record<string, unknown>>): boolean {
  const name = /^#\/components\/schemas\/(\w+)$/.exec(String(reference))?.[1];
  return name !== undefined && (name in schemas || name === 'IngressEvent');
}
