import { type IncomingHttpHeaders, request } from 'node:http';
import type { DeployedResource, JsonObject } from '../../../../tools/local/local-service.ts';
import { type LocalAws, startLocalAws } from '../../../../tools/local/start-local-aws.ts';
import { declare } from '../declare-resource.ts';

/** An engine with an HTTP API in front of a function that echoes its event, or does what the request tells it. */
export interface OpenApi {
  readonly aws: LocalAws;
  readonly apiId: string;
  /** Deploys a resource under a logical id; a second time it updates it. */
  put(type: string, logicalId: string, properties: JsonObject): Promise<DeployedResource>;
  remove(type: string, logicalId: string): Promise<void>;
  /** Deploys the API again, with these properties. */
  putApi(properties: JsonObject): Promise<void>;
  putStage(properties?: JsonObject): Promise<void>;
  /** Deploys a route to the function, which lets the API in. */
  putRoute(key: string, properties?: JsonObject, integration?: JsonObject): Promise<void>;
  /** Answers its id. */
  putAuthorizer(properties?: JsonObject): Promise<string>;
  /** The path goes out as it is given, and a header's list as so many headers. */
  call(path: string, options?: CallOptions): Promise<CallAnswer>;
  /** The event that the function was given. */
  eventOf(path: string, options?: CallOptions): Promise<ProxyEvent>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
}

export interface CallAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly text: string;
}

export interface ProxyEvent {
  readonly rawPath: string;
  readonly routeKey: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly rawQueryString: string;
  readonly requestContext: JsonObject & {
    readonly authorizer?: { jwt: { claims: Record<string, string>; scopes: string[] | null } };
  };
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

export const ISSUER = 'https://issuer.example/shop';

/** `?answer=` is what it returns, as JSON; `?throw` and `?hang` speak for themselves. */
const ECHO = `
exports.handler = async (event) => {
  const { answer, ...told } = event.queryStringParameters ?? {};
  if ('throw' in told) throw new Error('thrown');
  if ('hang' in told) await new Promise(() => setInterval(() => {}, 1000));
  if (answer !== undefined) return answer === 'undefined' ? undefined : JSON.parse(answer);
  return { statusCode: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) };
};`;

export async function openApi(options: { readonly dataDir?: string } = {}): Promise<OpenApi> {
  const aws = await startLocalAws(options);
  const deployed = new Map<string, DeployedResource>();
  const provider = (type: string) => {
    const found = [aws.apis, aws.functions, aws.logs].flatMap(({ resources }) => resources[type] ?? [])[0];
    if (!found) throw new Error(`nothing deploys ${type}`);
    return found;
  };
  const put: OpenApi['put'] = async (type, logicalId, properties) => {
    const physicalId = deployed.get(logicalId)?.physicalId;
    const generatedName = `shop-${logicalId}`;
    const resource = await provider(type).deploy(
      declare(type, properties, { logicalId, physicalId, generatedName }),
    );
    deployed.set(logicalId, resource);
    return resource;
  };

  await put('AWS::Lambda::Function', 'Echo', {
    FunctionName: 'echo',
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role: 'arn:aws:iam::000000000000:role/echo',
    Timeout: 30,
    Code: { ZipFile: ECHO },
  });
  const FunctionArn = `arn:aws:lambda:${aws.region}:${aws.accountId}:function:echo`;
  const { physicalId: apiId } = await put('AWS::ApiGatewayV2::Api', 'Api', {
    Name: 'shop',
    ProtocolType: 'HTTP',
  });
  await put('AWS::Lambda::Permission', 'Permission', {
    Action: 'lambda:InvokeFunction',
    FunctionName: FunctionArn,
    Principal: 'apigateway.amazonaws.com',
    SourceArn: `arn:aws:execute-api:${aws.region}:${aws.accountId}:${apiId}/*/*`,
  });

  const call: OpenApi['call'] = (path, { body, headers, method = 'GET' } = {}) =>
    new Promise((resolve, reject) => {
      const outgoing = request(
        { host: '127.0.0.1', port: aws.port, path: `/_aws/execute-api/${apiId}${path}`, method, headers },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk) => chunks.push(chunk));
          incoming.on('end', () => {
            const answer = Buffer.concat(chunks);
            const { headers, statusCode: status = 0 } = incoming;
            resolve({ status, headers, body: answer, text: answer.toString() });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });

  return {
    aws,
    apiId,
    put,
    async remove(type, logicalId) {
      const { attributes = {}, physicalId = '' } = deployed.get(logicalId) ?? {};
      await provider(type).remove(physicalId, attributes);
      deployed.delete(logicalId);
    },
    async putApi(properties) {
      await put('AWS::ApiGatewayV2::Api', 'Api', { Name: 'shop', ProtocolType: 'HTTP', ...properties });
    },
    async putStage(properties = {}) {
      const { StageName = '$default' } = properties;
      await put('AWS::ApiGatewayV2::Stage', `Stage${StageName}`, {
        ApiId: apiId,
        StageName,
        AutoDeploy: true,
        ...properties,
      });
    },
    async putRoute(key, properties = {}, integration = {}) {
      const { physicalId } = await put('AWS::ApiGatewayV2::Integration', `Integration${key}`, {
        ApiId: apiId,
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: FunctionArn,
        PayloadFormatVersion: '2.0',
        ...integration,
      });
      const Target = `integrations/${physicalId}`;
      await put('AWS::ApiGatewayV2::Route', key, { ApiId: apiId, RouteKey: key, Target, ...properties });
    },
    async putAuthorizer(properties = {}) {
      const { physicalId } = await put('AWS::ApiGatewayV2::Authorizer', 'Authorizer', {
        ApiId: apiId,
        Name: 'jwt',
        AuthorizerType: 'JWT',
        IdentitySource: ['$request.header.Authorization'],
        JwtConfiguration: { Issuer: ISSUER, Audience: ['shop', 'back-office'] },
        ...properties,
      });
      return physicalId;
    },
    call,
    eventOf: async (path, options) => JSON.parse((await call(path, options)).text),
    close: () => aws.close(),
  };
}
