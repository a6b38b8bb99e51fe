import { createHash } from 'node:crypto';

/** A physical name in CloudFormation's manner, at most 62 characters, the same at every deployment: `stack-logicalId-1A2B3C4D5E6F`. */
export function generatedName(stackName: string, logicalId: string): string {
  const suffix = createHash('sha256')
    .update(`${stackName}/${logicalId}`)
    .digest('hex')
    .slice(0, 12)
    .toUpperCase();
  return `${stackName.slice(0, 24)}-${logicalId.slice(0, 24)}-${suffix}`;
}
