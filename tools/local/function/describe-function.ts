import type { JsonObject } from '../local-service.ts';
import type { LocalFunction } from './local-function.ts';

/** A function in the shape of Lambda's `FunctionConfiguration`. */
export function describeFunction({ arn, configuration, modifiedAt }: LocalFunction): JsonObject {
  const { logging, variables } = configuration;
  return {
    FunctionName: configuration.name,
    FunctionArn: arn,
    Runtime: configuration.runtime,
    Role: configuration.role,
    Handler: configuration.handler,
    Description: configuration.description,
    Timeout: configuration.timeoutSeconds,
    MemorySize: configuration.memoryMb,
    LastModified: new Date(modifiedAt).toISOString().replace('Z', '+0000'),
    Version: '$LATEST',
    ...(Object.keys(variables).length > 0 && { Environment: { Variables: variables } }),
    TracingConfig: { Mode: 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    LoggingConfig: {
      LogFormat: logging.format,
      ...(logging.format === 'JSON' && {
        ApplicationLogLevel: logging.applicationLevel,
        SystemLogLevel: logging.systemLevel,
      }),
      LogGroup: logging.group,
    },
  };
}
