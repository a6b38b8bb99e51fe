import type { JsonObject } from '../local-service.ts';
import { readProperties } from '../wire/read-properties.ts';
import type { FunctionCode } from './code-folders.ts';
import {
  type FunctionConfiguration,
  functionRefusals,
  readFunctionConfiguration,
} from './function-configuration.ts';
import { invalidParameter } from './invalid-parameter.ts';

/** The code that an `UpdateFunctionCode` request gives. Throws `AwsError` for what is not supported. */
export function readCodeUpdate(request: JsonObject): FunctionCode {
  refuseOthers(request, ['Architectures', 'S3Bucket', 'S3Key', 'ZipFile'], 'UpdateFunctionCode');
  const read = readProperties(request);
  const zip = read.text('ZipFile');
  return zip === undefined
    ? { bucket: read.text('S3Bucket') ?? '', key: read.text('S3Key') ?? '' }
    : { archive: Buffer.from(zip, 'base64') };
}

/** The configuration after an `UpdateFunctionConfiguration` request: what it does not name stays. Throws `AwsError` for what is not supported. */
export function readConfigurationUpdate(
  former: FunctionConfiguration,
  request: JsonObject,
): FunctionConfiguration {
  refuseOthers(request, Object.keys(FIELDS), 'UpdateFunctionConfiguration');
  const [refusal] = functionRefusals(request);
  if (refusal !== undefined) throw invalidParameter(refusal);
  const asked = readFunctionConfiguration(former.name, request);
  const changed = Object.keys(request).map((name) => {
    const field = FIELDS[name] ?? 'description';
    return [field, asked[field]];
  });
  return { ...former, ...Object.fromEntries(changed) };
}

const FIELDS: Readonly<Record<string, keyof FunctionConfiguration>> = {
  Description: 'description',
  Environment: 'variables',
  Handler: 'handler',
  LoggingConfig: 'logging',
  MemorySize: 'memoryMb',
  Role: 'role',
  Runtime: 'runtime',
  Timeout: 'timeoutSeconds',
};

function refuseOthers(request: JsonObject, known: readonly string[], operation: string): void {
  const other = Object.keys(request).find((name) => !known.includes(name) && request[name] !== false);
  if (other === undefined) return;
  throw invalidParameter(
    `${operation} has no ${other} here; it has ${known.join(', ')}: leave it out, or deploy the stack instead`,
  );
}
