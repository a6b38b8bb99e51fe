import { CfnRule } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

export interface RuleProps {
  readonly name: string;
  /** The bus by name: `default`, or one that another stack owns. */
  readonly bus: string;
  readonly pattern: EventPattern;
  /** The one target: a queue or another bus. */
  readonly targetArn: string;
  /** Where an event goes that could not be delivered. */
  readonly deadLetterArn: string;
  /** The role under which EventBridge puts events on another bus; a queue lets it in by its own policy. */
  readonly roleArn?: string;
}

export interface EventPattern {
  readonly source: readonly (string | { readonly prefix: string })[];
  /** @default every type of these sources */
  readonly 'detail-type'?: readonly string[];
  readonly detail?: { readonly [field: string]: unknown };
}

/** EventBridge's own defaults and its most; written out because losing an event depends on them. */
const retryPolicy = { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 };

/** One rule with one target, on a bus known by name. */
export class Rule extends Construct {
  constructor(scope: Construct, id: string, props: RuleProps) {
    super(scope, id);
    new CfnRule(this, 'Rule', {
      name: props.name,
      eventBusName: props.bus,
      eventPattern: props.pattern,
      targets: [
        {
          id: 'target',
          arn: props.targetArn,
          ...(props.roleArn === undefined ? {} : { roleArn: props.roleArn }),
          deadLetterConfig: { arn: props.deadLetterArn },
          retryPolicy,
        },
      ],
    });
  }
}
