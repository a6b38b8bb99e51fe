import { type PathSegment, type RouteKey, splitPath } from './route-key.ts';

export interface Selected<R> {
  readonly route: R;
  /** What its path variables took, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/**
 * The route that takes a request, by the most specific match: a path without a greedy variable before one with, and both before
 * `$default`; then the method itself before ANY; then, from the left, a literal before a variable.
 * `path` as it was sent, percent-encoded, without the stage.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function selectRoute<R extends { readonly key: RouteKey }>(
  routes: readonly R[],
  method: string,
  path: string,
): Selected<R> | undefined {
  const segments = splitPath(path).map(decodeURIComponent);
  const matching = routes.flatMap((route) => {
    if (route.key.method !== 'ANY' && route.key.method !== method) return [];
    const parameters = matchPath(route.key.path, segments);
    return parameters === undefined ? [] : [{ route, parameters }];
  });
  return matching.sort((a, b) => compareRanks(rankOf(a.route.key), rankOf(b.route.key)))[0];
}

function matchPath(
  pattern: readonly PathSegment[] | undefined,
  segments: readonly string[],
): Record<string, string> | undefined {
  if (pattern === undefined) return {};
  const isGreedy = pattern.at(-1)?.kind === 'greedy';
  if (isGreedy ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? '';
    if (part.kind === 'literal') {
      if (part.text !== segment) return undefined;
      continue;
    }
    const taken = part.kind === 'greedy' ? segments.slice(index).join('/') : segment;
    if (taken === '') return undefined;
    parameters[part.name] = taken;
  }
  return parameters;
}

/** Compared number by number; the smaller is the more specific. */
function rankOf({ method, path }: RouteKey): readonly number[] {
  const isAny = method === 'ANY' ? 1 : 0;
  if (path === undefined) return [2, isAny];
  return [path.at(-1)?.kind === 'greedy' ? 1 : 0, isAny, ...path.map(({ kind }) => RANKS[kind])];
}

const RANKS = { literal: 0, parameter: 1, greedy: 2 } as const;

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const differing = a.findIndex((rank, index) => rank !== b[index]);
  return differing === -1 ? 0 : (a[differing] ?? 0) - (b[differing] ?? 0);
}
