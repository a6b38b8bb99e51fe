import type { Log, LogFields } from '../../../services/runtime/log.ts';

/** A log that keeps its lines. */
export function createRecordedLog() {
  const lines: { level: string; message: string; fields: readonly LogFields[] }[] = [];
  const record =
    (level: string) =>
    (message: string, ...fields: readonly LogFields[]) => {
      lines.push({ level, message, fields });
    };
  const log: Log = {
    debug: record('debug'),
    info: record('info'),
    warn: record('warn'),
    error: record('error'),
  };
  return { log, lines };
}
