import type { Engine, LocalService } from '../local-service.ts';
import { AwsError } from './aws-error.ts';
import { readProperties } from './read-properties.ts';

/** SSM with the one parameter by which CDK knows that an account is bootstrapped: here it is, under every qualifier. */
export function createParameters({ accountId, region }: Engine): LocalService {
  return {
    name: 'ssm',
    resources: {},
    protocol: {
      kind: 'json',
      targetPrefix: 'AmazonSSM',
      version: '1.1',
      operations: {
        GetParameter(input) {
          const Name = readProperties(input).text('Name') ?? '';
          if (!isBootstrapVersion(Name)) {
            throw new AwsError(
              'ParameterNotFound',
              `the local SSM has no parameter ${Name}; it has /cdk-bootstrap/<qualifier>/version`,
            );
          }
          const ARN = `arn:aws:ssm:${region}:${accountId}:parameter${Name}`;
          return {
            Parameter: { ARN, DataType: 'text', Name, Type: 'String', Value: BOOTSTRAP_VERSION, Version: 1 },
          };
        },
      },
    },
    close: async () => {},
  };
}

/** Of CDK's bootstrap template: https://docs.aws.amazon.com/cdk/v2/guide/bootstrapping-customizing.html */
export const BOOTSTRAP_VERSION = '30';

/** Whether a parameter of this name says which version of CDK's bootstrap template an account has. */
export function isBootstrapVersion(parameterName: string): boolean {
  return /^\/cdk-bootstrap\/[a-z0-9]{1,10}\/version$/.test(parameterName);
}
