import { AwsError } from '../wire/aws-error.ts';

/**
 * Holds a browser's form to the policy that it carries.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPostPolicy(options: {
  /** Base64, as in the form's field `policy`. */
  readonly policy: string;
  /** Names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly bytes: number;
  readonly now: number;
}): void {
  const { fields, bytes, now } = options;
  const policy = parsePolicy(options.policy);
  if (!(Date.parse(policy.expiration) > now)) throw denied('Policy expired.');
  const fieldValue = (name: string) => fields.get(name.toLowerCase());
  for (const condition of policy.conditions) {
    if (!Array.isArray(condition)) {
      for (const [name, value] of Object.entries(condition)) {
        if (fieldValue(name) !== value) throw failed(condition);
      }
      continue;
    }
    const [operator, name, value] = condition;
    if (operator === 'content-length-range') {
      if (bytes < Number(name)) {
        throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
      }
      if (bytes > Number(value)) {
        throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum allowed size');
      }
      continue;
    }
    const actual = fieldValue(String(name).replace(/^\$/, ''));
    const holds =
      operator === 'starts-with' ? actual?.startsWith(String(value)) : operator === 'eq' && actual === value;
    if (!holds) throw failed(condition);
  }
}

function parsePolicy(policy: string): { expiration: string; conditions: readonly (unknown[] | object)[] } {
  try {
    const { expiration, conditions } = JSON.parse(Buffer.from(policy, 'base64').toString());
    if (typeof expiration === 'string' && Array.isArray(conditions)) return { expiration, conditions };
  } catch (cause) {
    throw new AwsError('InvalidPolicyDocument', 'Invalid Policy: Invalid JSON.', { cause });
  }
  throw new AwsError(
    'InvalidPolicyDocument',
    'Invalid Policy: it must be {"expiration", "conditions": […]}.',
  );
}

function failed(condition: unknown): AwsError {
  return denied(`Policy Condition failed: ${JSON.stringify(condition)}`);
}

function denied(reason: string): AwsError {
  return new AwsError('AccessDenied', `Invalid according to Policy: ${reason}`, { status: 403 });
}
