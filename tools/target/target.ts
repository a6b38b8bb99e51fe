import type { AwsCredentialIdentity, Provider } from '@aws-sdk/types';
import type { Names } from '../../infra/names.ts';

/** Where a command does its work: a stage in the local AWS, or in an account. */
export interface Target {
  readonly kind: 'local' | 'aws';
  /** For people: `the local AWS at http://127.0.0.1:4566, stage dev`. */
  readonly label: string;
  readonly stage: string;
  readonly accountId: string;
  readonly region: string;
  /** Physical names of what the stage deploys. */
  readonly names: Names;
  /** What every client of the SDK is made with. */
  readonly settings: ClientSettings;
  /** The options that lead here again, such as `--region eu-west-1`, to print in a command. @default none, for the local AWS */
  readonly options: readonly string[];
}

export interface ClientSettings {
  /** @default AWS's own */
  readonly endpoint?: string;
  readonly region: string;
  /** @default the SDK's chain */
  readonly credentials?: AwsCredentialIdentity | Provider<AwsCredentialIdentity>;
  readonly profile?: string;
}
