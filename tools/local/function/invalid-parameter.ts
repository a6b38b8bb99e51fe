import { AwsError } from '../wire/aws-error.ts';

/** Lambda's refusal of a value in a request. */
export function invalidParameter(message: string, cause?: unknown): AwsError {
  return new AwsError('InvalidParameterValueException', message, { cause });
}
