import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { routes } from '../../../generated/http/routes.ts';
import { ApiFunction } from '../../../infra/constructs/api-function.ts';
import { HttpApi } from '../../../infra/constructs/http-api.ts';
import { ApiStack } from '../../../infra/stacks/api-stack.ts';
import { testStage } from '../fixture/test-stage.ts';

type Context = Parameters<typeof testStage>[0];

function templateOf(context: Context = {}): Template {
  return Template.fromStack(new ApiStack(new App(), testStage(context)));
}

const routeKeys = (template: Template) =>
  Object.values(template.findResources('AWS::ApiGatewayV2::Route'))
    .map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType])
    .sort();

describe('the API', () => {
  it('has one route for each operation, and one for all else; only GET /health takes no token', () => {
    expect(routeKeys(templateOf())).toEqual(
      [
        ...routes.map(({ method, path }) => [`${method} ${path}`, path === '/health' ? 'NONE' : 'JWT']),
        ['$default', 'JWT'],
      ].sort(),
    );
  });

  it('takes the tokens of the issuer that the context names', () => {
    const template = templateOf({ issuer: 'https://id.example.com/pool', audience: 'app' });
    template.hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      IdentitySource: ['$request.header.Authorization'],
      JwtConfiguration: { Issuer: 'https://id.example.com/pool', Audience: ['app'] },
    });
  });

  it('logs every request without what it says, and holds callers to the rate of the stage', () => {
    const throttle = (stage: string) => {
      const [{ Properties } = { Properties: {} }] = Object.values(
        templateOf({ stage }).findResources('AWS::ApiGatewayV2::Stage'),
      );
      expect(Properties.StageName).toBe('$default');
      expect(Object.values(JSON.parse(Properties.AccessLogSettings.Format)).join()).not.toMatch(
        /query|path\b|header|body|token/i,
      );
      return Properties.DefaultRouteSettings;
    };
    expect(throttle('dev')).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    expect(throttle('prd')).toEqual({ ThrottlingRateLimit: 1_000, ThrottlingBurstLimit: 2_000 });
  });

  it('is called by no page, unless the context names its origin', () => {
    templateOf().hasResourceProperties('AWS::ApiGatewayV2::Api', { CorsConfiguration: Match.absent() });
    const open = templateOf({ corsOrigins: 'https://a.example,https://b.example' });
    open.hasResourceProperties('AWS::ApiGatewayV2::Api', {
      CorsConfiguration: Match.objectLike({
        AllowOrigins: ['https://a.example', 'https://b.example'],
        AllowHeaders: Match.arrayWith(['authorization', 'idempotency-key']),
        ExposeHeaders: Match.arrayWith(['etag', 'location']),
      }),
    });
    expect(routeKeys(open)).toContainEqual(['OPTIONS /{proxy+}', 'NONE']);
  });

  it('lets API Gateway call each function from this API alone', () => {
    const permissions = Object.values(templateOf().findResources('AWS::Lambda::Permission'));
    expect(permissions.length).toBeGreaterThan(0);
    for (const { Properties } of permissions) {
      expect(Properties.Principal).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(Properties.SourceArn)).toMatch(/execute-api.*"Ref":"HttpApi/);
    }
  });
});

describe('a function with a POST', () => {
  it('is given the table that remembers keyed requests, and one that publishes the bus', () => {
    const stage = testStage();
    const stack = new Stack(new App(), 'one');
    const api = new HttpApi(stack, 'HttpApi', { name: 'one', description: 'One.', stage });
    new ApiFunction(stack, {
      name: 'tasks-api',
      api,
      entry: new URL('../fixture/hear-completions/handler.ts', import.meta.url),
      stage,
      emits: ['TaskFileCompleted.v1'],
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', {
      FunctionName: 'fanbus-dev-tasks-api',
      Environment: {
        Variables: { STAGE: 'dev', IDEMPOTENCY_TABLE: 'fanbus-dev-idempotency', BUS_NAME: 'fanbus-dev' },
      },
    });
  });
});

it('is of no concern to the other stacks: an operation more changes no consumer', () => {
  const root = join(import.meta.dirname, '../../..');
  const files = globSync('{services,infra}/**/*.ts', { cwd: root });
  const dependent = files.filter((file) =>
    /from '[./]+(generated\/http|[\w/-]+-api)\//.test(readFileSync(join(root, file), 'utf8')),
  );
  expect(dependent.length).toBeGreaterThan(3);
  expect(
    dependent.filter(
      (file) =>
        !/^services\/\w+\/\w+-api\/|^infra\/(app|constructs\/api-function|stacks\/api-stack)\.ts$/.test(file),
    ),
  ).toEqual([]);
});
