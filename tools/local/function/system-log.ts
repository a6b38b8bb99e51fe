import type { EnvironmentAnswer } from './execution-environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

/** The line that Lambda itself logs when an invocation starts, unless the function's logging configuration is above it. */
export function startLines(configuration: FunctionConfiguration, requestId: string): readonly string[] {
  if (!isHeard(configuration, 'INFO')) return [];
  if (configuration.logging.format === 'Text') return [`START RequestId: ${requestId} Version: $LATEST`];
  return [jsonLine('platform.start', { requestId, version: '$LATEST' })];
}

/** The lines that Lambda itself logs at an invocation's end: what it took, and how it failed. */
export function endLines(
  configuration: FunctionConfiguration,
  requestId: string,
  answer: EnvironmentAnswer & { readonly billedMs: number; readonly maxRssMb: number },
): readonly string[] {
  const { billedMs, durationMs, failure, initMs, maxRssMb } = answer;
  if (!isHeard(configuration, failure ? 'WARN' : 'INFO')) return [];
  if (configuration.logging.format === 'JSON') {
    const metrics = {
      durationMs: Number(durationMs.toFixed(3)),
      billedDurationMs: billedMs,
      memorySizeMB: configuration.memoryMb,
      maxMemoryUsedMB: maxRssMb,
      ...(initMs > 0 && { initDurationMs: Number(initMs.toFixed(3)) }),
    };
    const status = failure ? { status: 'error', errorType: failure.errorType } : { status: 'success' };
    return [jsonLine('platform.report', { requestId, metrics, ...status })];
  }
  const report = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${billedMs} ms`,
    `Memory Size: ${configuration.memoryMb} MB`,
    `Max Memory Used: ${maxRssMb} MB`,
    ...(initMs > 0 ? [`Init Duration: ${initMs.toFixed(2)} ms`] : []),
    ...(failure ? ['Status: error', `Error Type: ${failure.errorType}`] : []),
  ];
  return [`END RequestId: ${requestId}`, report.join('\t')];
}

function isHeard({ logging }: FunctionConfiguration, level: 'INFO' | 'WARN'): boolean {
  return logging.format === 'Text' || LEVELS.indexOf(level) >= LEVELS.indexOf(logging.systemLevel);
}

const LEVELS: readonly string[] = ['DEBUG', 'INFO', 'WARN'];

function jsonLine(type: string, record: object): string {
  return JSON.stringify({ time: new Date().toISOString(), type, record });
}
