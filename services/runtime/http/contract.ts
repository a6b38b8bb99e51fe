/** What code needs of one domain's API at run time, made by codegen: `generated/http/<domain>.ts`. */
export interface ApiContract<Operations> {
  /** The function: `tasks-api`. */
  readonly name: string;
  readonly operations: { readonly [Id in keyof Operations]: OperationContract };
  /** Never there: carries the types of the operations. */
  readonly types?: Operations | undefined;
}

export interface OperationContract {
  readonly method: string;
  /** As API Gateway has it: `/tasks/{id}`. */
  readonly path: string;
  /** Whether it takes no token. */
  readonly isOpen: boolean;
  readonly parameters: readonly ParameterContract[];
  readonly body: { readonly mediaType: string; readonly maxBytes: number } | undefined;
  readonly validate: ValidateRequest;
}

export interface ParameterContract {
  readonly in: 'path' | 'query' | 'header';
  /** A header's in lower case. */
  readonly name: string;
  readonly type: 'string' | 'integer' | 'boolean';
  readonly default?: string | number | boolean;
}

/** A compiled schema: false for a request it refuses; `errors` then holds every reason, until the next call. */
export interface ValidateRequest {
  (request: unknown): boolean;
  errors?: readonly RequestError[] | null;
}

export interface RequestError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: object;
}

/** What one operation takes and answers, as codegen writes it. */
export interface OperationTypes {
  readonly path: object;
  readonly query: object;
  readonly headers: object;
  readonly body: unknown;
  readonly isOpen: boolean;
  readonly response: OperationResponse;
}

/** What an operation answers: a body, or a problem. */
export interface OperationResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Written as JSON, unless it is a string: then it is CSV. */
  readonly body?: unknown;
  readonly problem?: ProblemDetails;
}

export interface ProblemDetails {
  /** What happened, and what to do. */
  readonly detail: string;
  /** The kind, kebab-case. @default that of the status */
  readonly type?: string;
  readonly errors?: readonly FieldError[];
}

/** What is wrong at one place of a request: `{ pointer: '/body/title', detail: 'is missing' }`. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}
