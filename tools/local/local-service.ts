import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock.ts';
import type { Faults } from './faults.ts';
import type { Observations } from './observations.ts';
import type { Persistence } from './persistence/persistence.ts';
import type { Authority } from './wire/authority.ts';
import type { AwsError } from './wire/aws-error.ts';
import type { Access } from './wire/evaluate-policies.ts';
import type { XmlContent } from './wire/xml.ts';

/** What every service of the engine is given when it starts. */
export interface Engine {
  readonly region: string;
  readonly accountId: string;
  readonly clock: Clock;
  readonly observations: Observations;
  readonly faults: Faults;
  /** Holds functions to their roles and services to the resources' policies. @default everybody may do all */
  readonly authority?: Authority;
  /** Where the services keep their state. @default in memory */
  readonly persistence?: Persistence;
  /** `http://127.0.0.1:PORT`; known once the gateway listens, so ask late. */
  readonly endpoint: () => string;
}

/** Who sent a request: told by its access key. `user` is whoever runs the laptop; a function calls under its role's name. */
export interface Caller {
  readonly kind: 'user' | 'function' | 'service';
  /** `user`, a function's name, or a service principal such as `events.amazonaws.com`. */
  readonly name: string;
  /** The ARN of the role assumed; absent for the user. */
  readonly roleArn?: string;
  /** The ARN of the resource, such as a rule, for which a service acts. */
  readonly sourceArn?: string;
}

export type JsonObject = { [key: string]: unknown };

/** One operation of a service that speaks AWS JSON. Throws `AwsError` to refuse. `signal` aborts when the client hangs up. */
export type JsonOperation = (
  input: JsonObject,
  caller: Caller,
  signal?: AbortSignal,
) => JsonObject | Promise<JsonObject>;

/** One operation of a service that speaks the query protocol: lists are lists, every other value is a text. Throws `AwsError` to refuse. */
export type QueryOperation = (input: JsonObject, caller: Caller) => XmlContent | Promise<XmlContent>;

/** What an operation asks for, by its name and input; nothing for the action of the same name on `*`. */
export type AccessesOf = (operation: string, input: JsonObject) => readonly Access[] | undefined;

/** How a service answers over the wire: a map of operations, in JSON or as a form and XML; or the raw request when its protocol is REST. */
export type Protocol =
  | {
      readonly kind: 'json';
      readonly targetPrefix: string;
      readonly version: '1.0' | '1.1';
      readonly operations: Readonly<Record<string, JsonOperation>>;
      /** What a function's role must allow for an operation. @default the action of that name, on `*` */
      readonly accessesOf?: AccessesOf;
      /** Headers that this service adds to an error's answer. */
      readonly errorHeaders?: (error: AwsError) => Readonly<Record<string, string>>;
    }
  | {
      readonly kind: 'query';
      /** Of the answers: `http://cloudformation.amazonaws.com/doc/2010-05-15/`. */
      readonly namespace: string;
      readonly operations: Readonly<Record<string, QueryOperation>>;
      /** What a function's role must allow for an operation. @default the action of that name, on `*` */
      readonly accessesOf?: AccessesOf;
    }
  | {
      readonly kind: 'http';
      /** Holds the caller to its role itself. */
      readonly handle: (
        request: IncomingMessage,
        response: ServerResponse,
        caller: Caller,
      ) => void | Promise<void>;
      /** The operation's name as AWS calls it, for the `requested` observation. @default method and path */
      readonly operationOf?: (request: IncomingMessage) => string;
    };

export type PathHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** One AWS service of the engine: how it answers, what it deploys, how it stops. */
export interface LocalService {
  /** The name in the SigV4 credential scope: `events`, `sqs`, `s3`, `dynamodb`, `lambda`. */
  readonly name: string;
  readonly protocol: Protocol;
  /**
   * What anybody may call unsigned, by how its path begins, such as `/_aws/oidc/`. The handler reports `requested` itself.
   * @default nothing
   */
  readonly publicPaths?: Readonly<Record<string, PathHandler>>;
  /** The CloudFormation resource types this service deploys, by type name. */
  readonly resources: Readonly<Record<string, ResourceProvider>>;
  /** Goes on with what the end of an engine with a data folder interrupted, once what was deployed is there again. */
  resume?(): void;
  close(): Promise<void>;
}

/** How one CloudFormation resource type is made here. Properties in neither list are refused by name at deploy. */
export interface ResourceProvider {
  /** Properties that take effect here. A dotted name such as `Code.S3Key` is not needed: nested ones are the provider's own check. */
  readonly honoured: readonly string[];
  /** Properties accepted without effect here, each with the reason. */
  readonly withoutEffect: Readonly<Record<string, string>>;
  /**
   * Values and nested properties that are not supported here, each named for people; asked before anything is deployed,
   * with intrinsic functions still in place. @default none
   */
  refusals?(properties: JsonObject): readonly string[];
  /**
   * Of what there is one of in the account: the property that names it, and whether one of that name is there, whoever made it; `remove`
   * takes the name, too. Types with the same names have the same `naming`. @default a name may be had by several
   */
  readonly naming?: { readonly property: string; isTaken(name: string): boolean };
  /** Makes or updates the resource; called again with new properties when a template changes. */
  deploy(resource: DeclaredResource): Promise<DeployedResource>;
  /** Removes it when it left the template. `attributes` as `deploy` answered them. */
  remove(physicalId: string, attributes?: DeployedResource['attributes']): Promise<void>;
}

export interface DeclaredResource {
  readonly type: string;
  readonly logicalId: string;
  readonly stackName: string;
  /** Intrinsic functions already resolved. */
  readonly properties: JsonObject;
  /** Set when the resource was deployed before. */
  readonly physicalId?: string;
  /** A name in CloudFormation's manner for a resource that gives none: `stack-logicalId-suffix`, stable across deployments. */
  readonly generatedName: string;
  /** Folder or file of an asset, by the S3 key under which the template names it. @default it lies in S3 */
  readonly asset?: (s3Key: string) => string;
}

export interface DeployedResource {
  /** What `Ref` yields. */
  readonly physicalId: string;
  /** What `Fn::GetAtt` yields, by attribute name. */
  readonly attributes: Readonly<Record<string, string>>;
}
