import { AwsError } from '../wire/aws-error.ts';

/** Which requests a route takes. */
export interface RouteKey {
  /** As declared: `GET /tasks/{id}`, `ANY /{proxy+}`, `$default`. */
  readonly text: string;
  /** `ANY` for all. */
  readonly method: string;
  /** Absent for `$default`, which takes every path. */
  readonly path?: readonly PathSegment[];
}

export type PathSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string }
  /** `{proxy+}`, always the last: it takes all that is left of a path, at least one segment. */
  | { readonly kind: 'greedy'; readonly name: string };

/** Reads a route key. Throws BadRequestException with what is wrong about it. */
export function parseRouteKey(text: string): RouteKey {
  if (text === '$default') return { text, method: 'ANY' };
  const [, method = '', path = ''] = /^([A-Z]+) (\/.*)$/.exec(text) ?? [];
  if (!METHODS.includes(method)) {
    throw invalid(
      text,
      `it is "$default", or one of ${METHODS.join(', ')}, a space and a path that starts with /`,
    );
  }
  const segments = splitPath(path);
  return {
    text,
    method,
    path: segments.map((segment, index) => parseSegment(segment, index === segments.length - 1, text)),
  };
}

/** `/a/b` -> `[a, b]`, `/` -> `[]`; `/a/` -> `[a, '']`, so that it is another path than `/a`. */
export function splitPath(path: string): readonly string[] {
  return path === '/' ? [] : path.slice(1).split('/');
}

const METHODS: readonly string[] = ['ANY', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'];

function parseSegment(segment: string, isLast: boolean, key: string): PathSegment {
  const [, name, plus] = /^\{([\w.-]+)(\+?)\}$/.exec(segment) ?? [];
  if (name === undefined) {
    if (/[{}]/.test(segment)) throw invalid(key, `a variable is a whole segment: {name} or {name+}`);
    return { kind: 'literal', text: segment };
  }
  if (plus === '') return { kind: 'parameter', name };
  if (!isLast) throw invalid(key, `{${name}+} takes the rest of a path, so it comes last`);
  return { kind: 'greedy', name };
}

function invalid(key: string, why: string): AwsError {
  return new AwsError('BadRequestException', `RouteKey "${key}" is not valid: ${why}`);
}
