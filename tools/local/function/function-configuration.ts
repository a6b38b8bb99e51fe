import type { JsonObject } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';

/** What a function is, once its template's defaults are filled in. */
export interface FunctionConfiguration {
  readonly name: string;
  readonly runtime: string;
  /** `file.export`, relative to the code. */
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMb: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logging: LoggingConfiguration;
  /** @default the account's concurrency */
  readonly reservedConcurrency?: number;
}

export interface LoggingConfiguration {
  readonly format: 'Text' | 'JSON';
  readonly group: string;
  /** For JSON only: the least level that a function's own lines must have. */
  readonly applicationLevel: string;
  /** For JSON only: the least level that Lambda's lines about a function must have. */
  readonly systemLevel: string;
}

/** Reads the properties of `AWS::Lambda::Function`. Throws `AwsError` for a value that Lambda would refuse. */
export function readFunctionConfiguration(name: string, properties: JsonObject): FunctionConfiguration {
  const read = readProperties(properties);
  const logging = readProperties(read.object('LoggingConfig'));
  const format = logging.text('LogFormat') === 'JSON' ? 'JSON' : 'Text';
  const variables = readVariables(readProperties(read.object('Environment')).object('Variables'));
  return {
    name,
    runtime: read.text('Runtime') ?? '',
    handler: read.text('Handler') ?? '',
    role: read.text('Role') ?? '',
    description: read.text('Description') ?? '',
    timeoutSeconds: within('timeout', read.number('Timeout') ?? 3, 1, 900),
    memoryMb: within('memorySize', read.number('MemorySize') ?? 128, 128, 10_240),
    variables,
    logging: {
      format,
      group: logging.text('LogGroup') ?? `/aws/lambda/${name}`,
      applicationLevel: logging.text('ApplicationLogLevel') ?? 'INFO',
      systemLevel: logging.text('SystemLogLevel') ?? 'INFO',
    },
    reservedConcurrency: read.number('ReservedConcurrentExecutions'),
  };
}

/** What a template may not ask for, each said for people; empty when all is supported. Values may still hold intrinsic functions. */
export function functionRefusals(properties: JsonObject): readonly string[] {
  const { Code, PackageType, Runtime } = properties;
  const refusals: string[] = [];
  if (PackageType !== undefined && PackageType !== 'Zip')
    refusals.push('PackageType (container images are not run here: use Zip)');
  if (typeof Runtime === 'string' && !RUNTIMES.includes(Runtime))
    refusals.push(`Runtime ${Runtime} (supported: ${RUNTIMES.join(', ')})`);
  const unsupported = Object.keys((Code as JsonObject | undefined) ?? {}).filter(
    (key) => !CODE_KEYS.includes(key),
  );
  return [...refusals, ...unsupported.map((key) => `Code.${key}`)];
}

const RUNTIMES: readonly string[] = ['nodejs22.x', 'nodejs24.x'];
const CODE_KEYS: readonly string[] = ['S3Bucket', 'S3Key', 'ZipFile'];
const RESERVED_VARIABLES: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

function readVariables(variables: JsonObject): Readonly<Record<string, string>> {
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0)
    throw new AwsError(
      'InvalidParameterValueException',
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)]));
}

function within(field: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: Member must be between ${least} and ${most}`,
  );
}
