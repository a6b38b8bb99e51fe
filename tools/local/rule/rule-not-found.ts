import { AwsError } from '../wire/aws-error.ts';

/** AWS's answer to a rule's name that is not on the bus. */
export function ruleNotFound(name: string, busName: string): AwsError {
  return new AwsError('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName}.`);
}
