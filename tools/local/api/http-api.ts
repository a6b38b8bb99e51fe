import type { CorsConfiguration } from './cors.ts';
import type { RouteKey } from './route-key.ts';
import type { TokenBucket } from './token-bucket.ts';

/** What templates have declared of HTTP APIs: each part by its id. */
export interface HttpApis {
  readonly apis: Map<string, HttpApi>;
  readonly authorizers: Map<string, Authorizer>;
  readonly deployments: Map<string, Deployment>;
  readonly integrations: Map<string, Integration>;
  readonly routes: Map<string, Route>;
  readonly stages: Map<string, Stage>;
}

export interface HttpApi {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly cors?: CorsConfiguration;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A part of an API; its id is unique among all. */
interface Part {
  readonly id: string;
  readonly apiId: string;
}

export interface Route extends Part {
  readonly key: RouteKey;
  readonly integrationId: string;
  /** Absent for a route that anybody may call. */
  readonly authorizerId?: string;
  /** One of them a token must have; empty when any token will do. */
  readonly scopes: readonly string[];
}

/** A function, invoked with payload format 2.0. */
export interface Integration extends Part {
  readonly functionArn: string;
  readonly timeoutMs: number;
  readonly description?: string;
}

/** Accepts the JSON Web Tokens of an issuer for one of these audiences. */
export interface Authorizer extends Part {
  readonly name: string;
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Where a request carries its token. */
  readonly source: { readonly kind: 'header' | 'querystring'; readonly name: string };
}

export interface Stage extends Part {
  /** `$default`, or the first segment of the paths that it serves. */
  readonly name: string;
  readonly description?: string;
  /** What it serves: the API as it is now, a deployment of it, or nothing. */
  readonly serves: 'latest' | { readonly deploymentId: string } | undefined;
  readonly accessLog?: { readonly group: string; readonly format: string };
  readonly throttle: Throttle;
  /** By route key. */
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
  /** By route key; filled as they are called. */
  readonly buckets: Map<string, TokenBucket>;
}

/** How many requests a route takes: any number when neither is given, else the account's limit for the one that is absent. */
export interface Throttle {
  /** Per second. */
  readonly rate?: number;
  /** At once. */
  readonly burst?: number;
}

/** The API as it was when the deployment was made. */
export interface Deployment extends Part {
  readonly description?: string;
  readonly createdAt: number;
  readonly served: readonly ServedRoute[];
}

export interface ServedRoute extends Pick<Route, 'key' | 'scopes'> {
  readonly integration?: Integration;
  /** Absent for a route that anybody may call. */
  readonly authorizer?: Authorizer;
}

export function createHttpApiState(): HttpApis {
  return {
    apis: new Map(),
    authorizers: new Map(),
    deployments: new Map(),
    integrations: new Map(),
    routes: new Map(),
    stages: new Map(),
  };
}

/** The parts of one API. */
export function partsOf<P extends Part>(parts: ReadonlyMap<string, P>, apiId: string): readonly P[] {
  return [...parts.values()].filter((part) => part.apiId === apiId);
}

/** The API's routes as they are now, each with what it leads to. One that has lost its authorizer is closed to all. */
export function serveRoutes(state: HttpApis, apiId: string): readonly ServedRoute[] {
  return partsOf(state.routes, apiId).flatMap(({ authorizerId, integrationId, key, scopes }) => {
    const authorizer = authorizerId === undefined ? undefined : state.authorizers.get(authorizerId);
    if (authorizerId !== undefined && authorizer === undefined) return [];
    return [{ key, scopes, integration: state.integrations.get(integrationId), authorizer }];
  });
}
