import { Annotations, Duration, Validations } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import {
  HttpApi as Api,
  CorsHttpMethod,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  type IHttpRouteAuthorizer,
  LogGroupLogDestination,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from '../stage.ts';

export interface HttpApiProps {
  readonly name: string;
  readonly description: string;
  readonly stage: Stage;
}

export interface RouteProps {
  readonly method: string;
  /** As API Gateway has it: `/tasks/{id}`. */
  readonly path: string;
  /** Whether it takes no token. */
  readonly isOpen: boolean;
}

/**
 * An API that takes tokens of the stage's issuer, logs every request and holds callers to the stage's rate. A page may call it only
 * from the stage's origins.
 */
export class HttpApi extends Construct {
  readonly #api: Api;
  readonly #authorizer: IHttpRouteAuthorizer;
  readonly #isForPages: boolean;

  constructor(scope: Construct, id: string, { name, description, stage }: HttpApiProps) {
    super(scope, id);
    const { issuer, audience } = stage.tokens;
    this.#isForPages = stage.corsOrigins.length > 0;
    this.#authorizer = new HttpJwtAuthorizer('Tokens', issuer, {
      authorizerName: name,
      jwtAudience: [audience],
    });
    this.#api = new Api(this, 'Api', {
      apiName: name,
      description,
      createDefaultStage: false,
      defaultAuthorizer: this.#authorizer,
      ...(this.#isForPages ? { corsPreflight: corsOf(stage.corsOrigins) } : {}),
    });
    const accessLog = new LogGroup(this, 'AccessLog', {
      // Under this prefix API Gateway needs no entry in the account's log policy, which has room for few.
      logGroupName: `/aws/vendedlogs/apigateway/${name}`,
      retention: stage.logRetention,
      removalPolicy: stage.removalPolicy,
    });
    new HttpStage(this, 'Stage', {
      httpApi: this.#api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: stage.throttle.rate, burstLimit: stage.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(JSON.stringify(accessLogLine)),
      },
    });
    if (stage.tokens.isPlaceholder) warnOfPlaceholder(this, stage);
  }

  /** Sends these requests to a function. */
  addRoutes(id: string, lambda: LambdaFunction, routes: readonly RouteProps[]): void {
    const integration = new HttpLambdaIntegration(id, lambda, {
      timeout: INTEGRATION_TIMEOUT,
      // One permission for the function, not one for each route: its policy has room for few.
      scopePermissionToRoute: false,
    });
    for (const { method, path, isOpen } of routes) {
      const [route] = this.#api.addRoutes({
        path,
        methods: [HttpMethod[method as keyof typeof HttpMethod]],
        integration,
        ...(isOpen ? { authorizer: new HttpNoneAuthorizer() } : {}),
      });
      if (isOpen && route) {
        acknowledgeOpen(
          route,
          'Whoever asks whether the API is there needs no token, and is told nothing else.',
        );
      }
    }
  }

  /** Sends requests to no route to a function, which says so. They take a token, too. */
  addFallback(lambda: LambdaFunction): void {
    // The permission for all routes has a method and a path, which this one has not.
    const integration = new HttpLambdaIntegration('Fallback', lambda, { timeout: INTEGRATION_TIMEOUT });
    new HttpRoute(this, 'Fallback', {
      httpApi: this.#api,
      routeKey: HttpRouteKey.DEFAULT,
      integration,
      authorizer: this.#authorizer,
    });
    if (!this.#isForPages) return;
    // A browser asks before it sends a token, and $default would want one.
    // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
    const preflight = new HttpRoute(this, 'Preflight', {
      httpApi: this.#api,
      routeKey: HttpRouteKey.with('/{proxy+}', HttpMethod.OPTIONS),
      integration,
      authorizer: new HttpNoneAuthorizer(),
    });
    acknowledgeOpen(preflight, 'A browser asks without a token what it may send, and is told nothing else.');
  }
}

function acknowledgeOpen(route: Construct, reason: string): void {
  Validations.of(route).acknowledge({ id: 'AwsSolutions-APIG4', reason });
}

/** API Gateway's limit; a function's own is shorter. */
const INTEGRATION_TIMEOUT = Duration.seconds(29);

/** What API Gateway knows of a request; never a token, a body or a query. */
const accessLogLine = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  route: '$context.routeKey',
  status: '$context.status',
  bytes: '$context.responseLength',
  ms: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  integrationError: '$context.integrationErrorMessage',
  authorizerError: '$context.authorizer.error',
  sub: '$context.authorizer.claims.sub',
};

function corsOf(origins: readonly string[]) {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
    allowHeaders: ['authorization', 'content-type', 'idempotency-key', 'if-match', 'if-none-match'],
    exposeHeaders: ['etag', 'link', 'location', 'retry-after'],
    maxAge: Duration.hours(1),
  };
}

function warnOfPlaceholder(construct: Construct, { tokens, name }: Stage): void {
  Annotations.of(construct).addWarningV2(
    'fanbus:placeholderIssuer',
    `the API of ${name} takes the tokens of ${tokens.issuer}, which is nobody: AWS will refuse to deploy it. Name yours with -c issuer=https://… -c audience=….`,
  );
}
