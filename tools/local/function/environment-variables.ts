import type { Engine } from '../local-service.ts';
import type { Credentials } from '../wire/callers.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/**
 * Everything that a function finds in its environment: what Lambda sets, its own variables, and the engine's endpoint last,
 * so that no variable of its own can point it elsewhere. Nothing comes from this machine's environment.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
export function environmentVariables(options: {
  readonly engine: Pick<Engine, 'endpoint' | 'region'>;
  readonly configuration: FunctionConfiguration;
  readonly credentials: Credentials;
  readonly taskRoot: string;
  readonly temporaryFolder: string;
  readonly logStream: string;
}): Readonly<Record<string, string>> {
  const { configuration, credentials, engine, logStream, taskRoot, temporaryFolder } = options;
  const { logging } = configuration;
  return {
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    PATH: '/usr/local/bin:/usr/bin:/bin',
    ...configuration.variables,
    _HANDLER: configuration.handler,
    LAMBDA_TASK_ROOT: taskRoot,
    // An environment has its own /tmp on AWS, and no home with somebody's settings in it.
    HOME: temporaryFolder,
    TMPDIR: temporaryFolder,
    AWS_REGION: engine.region,
    AWS_DEFAULT_REGION: engine.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: logging.group,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_LOG_FORMAT: logging.format,
    ...(logging.format === 'JSON' && { AWS_LAMBDA_LOG_LEVEL: logging.applicationLevel }),
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_ENDPOINT_URL: engine.endpoint(),
  };
}
