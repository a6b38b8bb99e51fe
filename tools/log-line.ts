import type { LogLine } from './local/function/create-logs.ts';

/**
 * A log line for people, ending with a line break: `09:30:00.005  orders-price  INFO   priced  order=A-1 ms=12`. An
 * error's stack follows, indented. What is no record of a logger is shown as it was written.
 */
export function renderLogLine({ group, message, timestamp }: LogLine): string {
  const { level, text, fields, errors } = parseMessage(message.trimEnd());
  const [head = '', ...rest] = text.split('\n');
  const pairs = Object.entries(fields).map(([name, value]) => `${name}=${renderValue(value)}`);
  const columns = [
    timeOfDay(timestamp),
    nameOf(group),
    level === '' ? '' : level.padEnd(5),
    head,
    pairs.join(' '),
  ];
  const first = columns.filter((column) => column !== '').join('  ');
  const below = [...rest, ...errors.flatMap((error) => error.split('\n'))].map((line) => `      ${line}`);
  return [`  ${first}`, ...below]
    .map((line) => `${line.trimEnd()}\n`.replace(CONTROL, escapeControl))
    .join('');
}

interface Parsed {
  readonly level: string;
  /** Its further lines go below. */
  readonly text: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Each with its stack, in several lines. */
  readonly errors: readonly string[];
}

function parseMessage(message: string): Parsed {
  const record = parseRecord(message);
  if (record) return parseFields(record);
  // Lambda's own text format; a line break within a message is written as \r there.
  const [, requestId, level = '', text = message] = TEXT_LINE.exec(message) ?? [];
  return {
    level,
    text: text.replaceAll('\r', '\n').replaceAll('\t', '  '),
    fields: requestId ? { requestId } : {},
    errors: [],
  };
}

const TEXT_LINE = /^\d{4}-\S+Z\t([^\t]*)\t([A-Z]+)\t(.*)$/s;

/** What a logger wrote, or Lambda itself about an invocation; nothing for other JSON, such as an event. */
function parseRecord(message: string): Record<string, unknown> | undefined {
  if (!message.startsWith('{')) return undefined;
  try {
    const line = JSON.parse(message);
    if (typeof line.type === 'string' && isObject(line.record)) {
      const { metrics, ...said } = line.record;
      const level = said.status === 'error' ? 'ERROR' : 'INFO';
      return { level, message: line.type, ...said, ...(isObject(metrics) && metrics) };
    }
    if (typeof line.level !== 'string' || !('message' in line)) return undefined;
    if (!Array.isArray(line.stackTrace)) return line;
    // The runtime's own record of an error: its message says both already.
    const { errorMessage: _, stackTrace: __, ...rest } = line;
    return rest;
  } catch {
    return undefined;
  }
}

function parseFields({ level, message, ...rest }: Record<string, unknown>): Parsed {
  const said = isObject(message) ? { ...message, ...rest } : rest;
  const entries = Object.entries(said).filter(([name]) => !UNSAID.has(name));
  return {
    level: String(level),
    text: isObject(message) ? '' : String(message),
    fields: Object.fromEntries(entries.filter(([, value]) => !isError(value))),
    errors: entries.flatMap(([, value]) => (isError(value) ? [renderError(value)] : [])),
  };
}

/** What the line says already, and what never changes. */
const UNSAID: ReadonlySet<string> = new Set([
  'function_arn',
  'function_memory_size',
  'function_name',
  'sampling_rate',
  'service',
  'timestamp',
  'xray_trace_id',
]);

interface LoggedError {
  readonly stack: string;
  readonly cause?: unknown;
}

function isError(value: unknown): value is LoggedError {
  return isObject(value) && typeof value.stack === 'string';
}

function renderError({ stack, cause }: LoggedError): string {
  return isError(cause) ? `${stack}\ncaused by ${renderError(cause)}` : stack;
}

function renderValue(value: unknown): string {
  if (Array.isArray(value) && !value.some(isObject)) {
    const more = value.length > LISTED ? `,…+${value.length - LISTED}` : '';
    return `${value.slice(0, LISTED).map(renderValue).join(',')}${more}`;
  }
  if (isObject(value) || Array.isArray(value)) return JSON.stringify(value);
  const text = String(value);
  return /^[^\s"=]+$/.test(text) ? text : JSON.stringify(text);
}

/** Of the ids of a batch; the log itself has all. */
const LISTED = 3;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function timeOfDay(timestamp: number): string {
  const date = new Date(timestamp);
  return `${date.toTimeString().slice(0, 8)}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function nameOf(group: string): string {
  return group.split('/').at(-1) ?? group;
}

/** What a file's name or a title may bring along must not reach the terminal as a command to it. */
const CONTROL = /[^\P{Cc}\n\t]/gu;

function escapeControl(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
}
