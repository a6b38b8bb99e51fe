import { AwsError } from '../wire/aws-error.ts';

/** What a queue has when nobody says otherwise. */
export const QUEUE_DEFAULTS: Readonly<Record<string, string>> = {
  VisibilityTimeout: '30',
  MaximumMessageSize: '1048576',
  MessageRetentionPeriod: '345600',
  DelaySeconds: '0',
  ReceiveMessageWaitTimeSeconds: '0',
  SqsManagedSseEnabled: 'true',
};

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/**
 * Refuses attributes that SQS would refuse, by name or by value.
 * `hasQueue` tells whether a queue with an ARN exists: a dead-letter queue must.
 */
export function checkQueueAttributes(
  attributes: Readonly<Record<string, string>>,
  { isFifo, hasQueue }: { isFifo: boolean; hasQueue: (arn: string) => boolean },
): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (!SETTABLE.has(name) || (FIFO_ONLY.has(name) && !isFifo)) {
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    }
    const range = RANGES[name];
    const number = Number(value);
    if (range && !(Number.isInteger(number) && number >= range[0] && number <= range[1])) {
      throw new AwsError(
        'InvalidAttributeValue',
        `Invalid value for the parameter ${name}. Reason: must be an integer from ${range[0]} to ${range[1]}, not ${value}.`,
      );
    }
  }
  if (
    attributes.Policy &&
    !(parseJson(attributes.Policy) as { Statement?: unknown } | undefined)?.Statement
  ) {
    throw new AwsError('InvalidAttributeValue', 'Invalid value for the parameter Policy.');
  }
  const redrive = parseRedrivePolicy(attributes.RedrivePolicy);
  if (redrive && !hasQueue(redrive.deadLetterTargetArn)) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${attributes.RedrivePolicy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
    );
  }
}

/** The redrive policy in an attribute's text; undefined when there is none. */
export function parseRedrivePolicy(text: string | undefined): RedrivePolicy | undefined {
  if (!text) return undefined;
  const policy = parseJson(text);
  const maxReceiveCount = Number(policy?.maxReceiveCount);
  if (
    typeof policy?.deadLetterTargetArn !== 'string' ||
    !(Number.isInteger(maxReceiveCount) && maxReceiveCount >= 1 && maxReceiveCount <= 1_000)
  ) {
    throw new AwsError(
      'InvalidParameterValue',
      `Value ${text} for parameter RedrivePolicy is invalid. Reason: it must be {"deadLetterTargetArn": an ARN, "maxReceiveCount": 1 to 1000}.`,
    );
  }
  return { deadLetterTargetArn: policy.deadLetterTargetArn, maxReceiveCount };
}

function parseJson(text: string): { deadLetterTargetArn?: unknown; maxReceiveCount?: unknown } | undefined {
  try {
    return JSON.parse(text) ?? undefined;
  } catch {
    return undefined;
  }
}

const FIFO_ONLY = new Set([
  'FifoQueue',
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'FifoThroughputLimit',
]);

const SETTABLE = new Set([
  ...Object.keys(QUEUE_DEFAULTS),
  ...FIFO_ONLY,
  'KmsDataKeyReusePeriodSeconds',
  'KmsMasterKeyId',
  'Policy',
  'RedriveAllowPolicy',
  'RedrivePolicy',
]);

const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  DelaySeconds: [0, 900],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  VisibilityTimeout: [0, 43_200],
};
