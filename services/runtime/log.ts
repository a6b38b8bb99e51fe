import { Logger } from '@aws-lambda-powertools/logger';

/** Writes one JSON line per call. An `Error` among the fields is written with name, message, stack and cause. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** The log of a consumer or an API, under its name. Level: `AWS_LAMBDA_LOG_LEVEL`, else INFO. */
export function createLog(service: string): Log {
  const logger = new Logger({ serviceName: service });
  return {
    debug: (message, fields) => logger.debug(message, describeErrors(fields)),
    info: (message, fields) => logger.info(message, describeErrors(fields)),
    warn: (message, fields) => logger.warn(message, describeErrors(fields)),
    error: (message, fields) => logger.error(message, describeErrors(fields)),
  };
}

/** The logger by itself would write all that hangs on an error, such as the item of a failed condition. */
function describeErrors(fields: LogFields = {}): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, describe(value)]));
}

function describe(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}
