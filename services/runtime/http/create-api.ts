import { randomUUID } from 'node:crypto';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyEventV2WithJWTAuthorizer,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import { createLog, type Log } from '../log.ts';
import type { ApiContract, OperationContract, OperationResponse, OperationTypes } from './contract.ts';
import type { Idempotency } from './idempotency.ts';
import { type Principal, principalOf } from './principal.ts';
import { readRequest } from './read-request.ts';
import { Refusal } from './refusal.ts';
import { respond, respondProblem } from './respond.ts';

/** The operations of a domain, each by its operationId. */
export type OperationsOf<Types> = {
  readonly [Id in keyof Types]: Types[Id] extends OperationTypes ? Operation<Types[Id]> : never;
};

export type Operation<Types extends OperationTypes> = (
  request: RequestOf<Types>,
) => Promise<Types['response']>;

/** What an operation is given: all of it checked. */
export interface RequestOf<Types extends OperationTypes> {
  readonly params: Readonly<Types['path']>;
  readonly query: Readonly<Types['query']>;
  readonly headers: Readonly<Types['headers']>;
  readonly body: Types['body'];
  /** Who asks; nobody where no token is taken. */
  readonly principal: Types['isOpen'] extends true ? undefined : Principal;
  /**
   * A UUID for what the request makes: the same at every repeat of the request under one Idempotency-Key, so that a repeat after a
   * crash finds what was made already.
   */
  readonly onceId: string;
  readonly log: Log;
}

export interface ApiOptions<Types> {
  readonly operations: OperationsOf<Types>;
  /** Needed by an API that has a POST. */
  readonly idempotency?: Idempotency;
  /** Every route there is, for a function that answers requests to none of them. @default the API's own */
  readonly routes?: readonly { readonly method: string; readonly path: string }[];
  /** @default one in the API's name */
  readonly log?: Log;
}

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

/**
 * A Lambda handler (HTTP API, payload 2.0) for one domain of the API, whose contract is in `generated/http/<domain>.ts`. API Gateway
 * has found the route and verified the token; what is checked here is what the request says. Every request is one line of the log.
 */
export function createApi<Types>(api: ApiContract<Types>, options: ApiOptions<NoInfer<Types>>): HttpHandler {
  const { idempotency, log = createLog(api.name) } = options;
  const contracts: readonly [string, OperationContract][] = Object.entries(api.operations);
  const operations = options.operations as Readonly<Record<string, AnyOperation>>;
  const byRoute = new Map(
    contracts.map(([id, contract]) => [`${contract.method} ${contract.path}`, { id, contract }]),
  );
  if (idempotency === undefined && contracts.some(([, { method }]) => method === 'POST')) {
    throw new Error(`${api.name} has a POST, but was given no idempotency: make one with createIdempotency.`);
  }
  const routes = options.routes ?? contracts.map(([, contract]) => contract);

  return async (event, context) => {
    const startedAt = performance.now();
    const { requestId } = event.requestContext;
    let principal: Principal | undefined;
    const result = await answer().catch((error: unknown) => {
      if (error instanceof Refusal) {
        return respondProblem(error.status, error.problem, { requestId, headers: error.headers });
      }
      log.error('request failed', { requestId, route: event.routeKey, error });
      return respondProblem(500, { detail: 'something broke on our side: try again' }, { requestId });
    });
    log.info('request answered', {
      method: event.requestContext.http.method,
      route: event.routeKey,
      status: result.statusCode,
      ms: Math.round(performance.now() - startedAt),
      requestId,
      ...(principal ? { sub: principal.sub } : {}),
    });
    return result;

    async function answer(): Promise<APIGatewayProxyStructuredResultV2> {
      const route = byRoute.get(event.routeKey);
      if (route === undefined) return answerNoRoute(event, routes);
      const { id, contract } = route;
      principal = contract.isOpen ? undefined : principalOf(claimsOf(event));
      const { path, ...request } = readRequest(event, contract);
      const operate = async (onceId: string) => {
        const operation = operations[id];
        if (operation === undefined) throw new Error(`${api.name} has no operation ${id}`);
        return operation({ ...request, params: path, principal, onceId, log });
      };
      const key = request.headers['idempotency-key'];
      const response =
        idempotency && principal && typeof key === 'string'
          ? await idempotency.once(operate, {
              operation: `${api.name}/${id}`,
              sub: principal.sub,
              key,
              request: { path, query: request.query, body: request.body },
              context,
            })
          : await operate(randomUUID());
      return respond(response, { requestId, ifNoneMatch: event.headers['if-none-match'] });
    }
  };
}

type AnyOperation = (request: object) => Promise<OperationResponse>;

function claimsOf(event: APIGatewayProxyEventV2): Readonly<Record<string, unknown>> | undefined {
  const { authorizer } = event.requestContext as Partial<
    APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']
  >;
  return authorizer?.jwt?.claims;
}

/** Throws `Refusal`, unless it is asked what there is: API Gateway adds what a page may send. */
function answerNoRoute(
  { rawPath, requestContext }: APIGatewayProxyEventV2,
  routes: readonly { readonly method: string; readonly path: string }[],
): APIGatewayProxyStructuredResultV2 {
  const { method } = requestContext.http;
  const allow = routes
    .filter(({ path }) => matches(path, rawPath))
    .map((route) => route.method)
    .join(', ');
  if (allow === '') {
    throw new Refusal(404, {
      type: 'unknown-route',
      detail: `there is no ${rawPath.slice(0, 200)}: GET /openapi.json says what there is`,
    });
  }
  if (method === 'OPTIONS') return { statusCode: 204, headers: { allow } };
  throw new Refusal(
    405,
    { detail: `${method} is none of this path's methods, which are ${allow}` },
    { allow },
  );
}

function matches(path: string, given: string): boolean {
  const [steps, givenSteps] = [path.split('/'), given.split('/')];
  return (
    steps.length === givenSteps.length &&
    steps.every((step, index) => step === givenSteps[index] || (step.startsWith('{') && givenSteps[index]))
  );
}
