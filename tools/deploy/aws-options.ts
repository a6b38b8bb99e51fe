import type { Target } from '../target/target.ts';

/** The options with which the AWS CLI gets to a target. */
export function awsOptions({ kind, settings }: Target): string {
  const { endpoint, profile, region } = settings;
  if (kind === 'local') return `--endpoint-url ${endpoint}`;
  return [...(profile === undefined ? [] : [`--profile ${profile}`]), `--region ${region}`].join(' ');
}
