import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../local-service.ts';
import { readProperties } from './read-properties.ts';
import { renderXml, type XmlContent } from './xml.ts';

/** A request of the query protocol: the name of its operation and what the form says besides. */
export interface QueryRequest {
  readonly operation: string;
  readonly input: JsonObject;
}

/**
 * Reads a form of the query protocol. Lists come as `Tags.member.1.Key=a`, structures as `Config.Mode=b`.
 * `Tags.member.1.Key=a` -> `{ Tags: [{ Key: 'a' }] }`
 */
export function readQuery(body: string): QueryRequest {
  const { Action = '', Version: _, ...fields } = Object.fromEntries(new URLSearchParams(body));
  const tree: Tree = new Map();
  for (const [name, value] of Object.entries(fields)) plant(tree, name.split('.'), value);
  return { operation: Action, input: harvest(tree) as JsonObject };
}

/** A list of a request; an empty one, which the protocol writes as an empty text, when it is absent. */
export function listOf(input: JsonObject, name: string): readonly unknown[] {
  return input[name] === '' ? [] : readProperties(input).list(name);
}

/** Answers an operation in the XML of the query protocol. */
export function sendQueryAnswer(
  response: ServerResponse,
  options: { readonly operation: string; readonly result: XmlContent; readonly namespace: string },
): void {
  const { namespace, operation, result } = options;
  const body = renderXml(
    `${operation}Response`,
    { [`${operation}Result`]: result, ResponseMetadata: { RequestId: randomUUID() } },
    namespace,
  );
  response.writeHead(200, { 'content-type': 'text/xml', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

type Tree = Map<string, Tree | string>;

function plant(tree: Tree, [name = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    tree.set(name, value);
    return;
  }
  const found = tree.get(name);
  const branch: Tree = found instanceof Map ? found : new Map();
  tree.set(name, branch);
  plant(branch, rest, value);
}

function harvest(tree: Tree | string): unknown {
  if (typeof tree === 'string') return tree;
  const members = tree.get('member');
  if (tree.size === 1 && members instanceof Map) {
    const inOrder = [...members].toSorted(([one], [other]) => Number(one) - Number(other));
    return inOrder.map(([, member]) => harvest(member));
  }
  return Object.fromEntries([...tree].map(([name, branch]) => [name, harvest(branch)]));
}
