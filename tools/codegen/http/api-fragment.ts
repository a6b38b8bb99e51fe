import type { JsonObject } from '../schema-set.ts';

/** One domain's part of the API: `schemas/http/<domain>.json`. */
export interface ApiFragment {
  /** Path from the root of the repository, with slashes. */
  readonly file: string;
  /** The file's name without `.json`: `tasks`. */
  readonly domain: string;
  /** The function that answers: `tasks-api`. */
  readonly functionName: string;
  readonly title: string;
  readonly description: string;
  readonly operations: readonly ApiOperation[];
  /** The schemas that operations refer to, by name. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

export interface ApiOperation {
  readonly id: string;
  /** JSON pointer to it in the fragment: `/paths/~1tasks/get`. */
  readonly pointer: string;
  /** As HTTP has it: `GET`. */
  readonly method: string;
  /** As OpenAPI and API Gateway have it: `/tasks/{id}`. */
  readonly path: string;
  /** Whether it takes no token. */
  readonly isOpen: boolean;
  readonly parameters: readonly ApiParameter[];
  readonly body?: ApiBody;
  readonly responses: readonly ApiResponse[];
  /** As it stands in the fragment. */
  readonly source: JsonObject;
}

export interface ApiParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly isRequired: boolean;
  readonly schema: JsonObject;
  /** As it stands in the fragment. */
  readonly source: JsonObject;
}

export interface ApiBody {
  readonly mediaType: string;
  readonly maxBytes: number;
  readonly schema: JsonObject;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: readonly string[];
  /** Undefined when it has no body, or is a problem. */
  readonly content?: { readonly mediaType: string; readonly schema: JsonObject };
}

export const JSON_TYPE = 'application/json';

/** How large a body may be whose operation does not say. */
export const DEFAULT_MAX_BYTES = 65_536;
