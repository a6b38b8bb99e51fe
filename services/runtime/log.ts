import { Logger } from '@aws-lambda-powertools/logger';

/** Writes one JSON line per call; an `Error` among the fields is written with name, message, stack and cause. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** The log of a consumer or an API, under its name. Level: `AWS_LAMBDA_LOG_LEVEL`, else INFO. */
export function createLog(service: string): Log {
  return new Logger({ serviceName: service });
}
