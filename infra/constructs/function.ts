import { Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  ApplicationLogLevel,
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { eventSource } from '../event-address.ts';
import type { Stage } from '../stage.ts';
import { type BundleOptions, bundle } from './bundle.ts';

export interface BundledFunctionProps extends BundleOptions {
  readonly name: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Whether its own events come back to it on purpose; AWS stops such a loop after some 16 rounds otherwise. */
  readonly hearsItself: boolean;
  readonly stage: Stage;
}

/** A function with a log group and a role of its own. The role may write those logs; all else is granted by `allow`. */
export class BundledFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly #role: Role;

  constructor(scope: Construct, id: string, props: BundledFunctionProps) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/lambda/${props.name}`,
      retention: props.stage.logRetention,
      removalPolicy: props.stage.removalPolicy,
    });
    this.#role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.allow(['logs:CreateLogStream', 'logs:PutLogEvents'], logGroup.logGroupArn);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: props.name,
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: props.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      code: bundle(props),
      handler: 'index.handler',
      role: this.#role,
      memorySize: props.memoryMb,
      timeout: Duration.seconds(props.timeoutSeconds),
      environment: props.environment,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      // INFO is a line or three per invocation that say no more than our own.
      systemLogLevelV2: SystemLogLevel.WARN,
      ...(props.hearsItself ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
    });
  }

  /** Grants exactly these actions on exactly this resource. */
  allow(actions: readonly string[], resource: string, conditions: Conditions = {}): void {
    this.#role.addToPolicy(new PolicyStatement({ actions: [...actions], resources: [resource], conditions }));
  }

  /**
   * Lets it publish only these types of events, in the form of AWS's example: an event's source is a key of many values to IAM.
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-example-policy-cross-account-custom-bus-source.html
   */
  allowToPublish(busArn: string, eventTypes: readonly string[]): void {
    this.allow(['events:DescribeEventBus'], busArn);
    this.allow(['events:PutEvents'], busArn, {
      'ForAllValues:StringEquals': { 'events:source': [...new Set(eventTypes.map(eventSource))] },
      StringEquals: { 'events:detail-type': eventTypes },
    });
  }
}

type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
