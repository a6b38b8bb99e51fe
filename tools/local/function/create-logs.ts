import type { Clock } from '../clock.ts';
import type { Engine, JsonObject, LocalService, ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { createLogFiles } from './log-files.ts';
import { logResourcePolicies } from './log-resource-policies.ts';

/** CloudWatch Logs, in memory: the last lines of each log group. */
export interface Logs extends LocalService {
  /** Adds a line, and makes the group if there is none. `timestamp` in milliseconds. @default now */
  write(group: string, stream: string, message: string, timestamp?: number): void;
  has(group: string): boolean;
  /** Calls back for each line written from now on. Returns the way to stop. */
  onLine(listener: (line: LogLine) => void): () => void;
  /** The lines of a group that are still kept, oldest first. */
  lines(group: string): readonly LogLine[];
}

export interface LogLine {
  readonly group: string;
  readonly stream: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
}

/** Log groups that functions and rules write to and clients read with FilterLogEvents. Keeps the last 10,000 lines of each. */
export function createLogs(
  { accountId, clock, region }: Engine,
  options: {
    /** Where each group is also a file that one can tail. @default no files */
    readonly folder?: string;
  } = {},
): Logs {
  const files = options.folder === undefined ? undefined : createLogFiles(options.folder);
  const groups = new Map<string, LogGroup>();
  const listeners = new Set<(line: LogLine) => void>();

  const groupArn = (name: string) => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  const open = (name: string): LogGroup => {
    const group = groups.get(name) ?? { createdAt: clock.now(), lines: [], storedBytes: 0 };
    groups.set(name, group);
    return group;
  };

  return {
    name: 'logs',
    protocol: {
      kind: 'json',
      targetPrefix: 'Logs_20140328',
      version: '1.1',
      accessesOf: (operation, { logGroupName: name }) =>
        typeof name === 'string'
          ? [{ action: `logs:${operation}`, resource: `${groupArn(name)}:log-stream:` }]
          : undefined,
      operations: {
        DescribeLogGroups: ({ logGroupNamePrefix = '' }) => ({
          logGroups: [...groups]
            .filter(([name]) => name.startsWith(String(logGroupNamePrefix)))
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([name, group]) => ({
              logGroupName: name,
              creationTime: group.createdAt,
              ...(group.retentionInDays !== undefined && { retentionInDays: group.retentionInDays }),
              metricFilterCount: 0,
              arn: `${groupArn(name)}:*`,
              storedBytes: group.storedBytes,
              logGroupClass: 'STANDARD',
              logGroupArn: groupArn(name),
            })),
        }),
        CreateLogGroup({ logGroupName, retentionInDays }) {
          const name = String(logGroupName);
          if (groups.has(name)) {
            throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
          }
          open(name).retentionInDays = retentionInDays === undefined ? undefined : Number(retentionInDays);
          return {};
        },
        FilterLogEvents: (input) => filterLogEvents(groups, input),
      },
    },
    resources: { 'AWS::Logs::LogGroup': logGroupResource(), ...logResourcePolicies },
    has: (name) => groups.has(name),
    write(name, stream, message, timestamp = clock.now()) {
      const group = open(name);
      const line = { group: name, stream, message, timestamp };
      group.lines.push(line);
      group.storedBytes += Buffer.byteLength(message);
      // Trimmed in blocks: shifting one by one would cost O(n) for each line.
      if (group.lines.length >= 2 * KEPT_LINES) group.lines.splice(0, group.lines.length - KEPT_LINES);
      files?.append(line);
      for (const listener of listeners) listener(line);
    },
    onLine(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    lines: (name) => groups.get(name)?.lines.slice(-KEPT_LINES) ?? [],
    close: async () => files?.flush(),
  };

  function logGroupResource(): ResourceProvider {
    return {
      honoured: ['LogGroupName', 'RetentionInDays'],
      withoutEffect: {
        KmsKeyId: 'lines are kept in memory only',
        LogGroupClass: 'every class behaves the same here',
        Tags: 'nothing here reads tags',
        DataProtectionPolicy: 'lines never leave this machine',
      },
      async deploy({ generatedName, properties }) {
        const name = typeof properties.LogGroupName === 'string' ? properties.LogGroupName : generatedName;
        const group = open(name);
        const retention = properties.RetentionInDays;
        group.retentionInDays = retention === undefined ? undefined : Number(retention);
        return { physicalId: name, attributes: { Arn: `${groupArn(name)}:*` } };
      },
      async remove(physicalId) {
        groups.delete(physicalId);
      },
    };
  }
}

interface LogGroup {
  readonly createdAt: ReturnType<Clock['now']>;
  readonly lines: LogLine[];
  storedBytes: number;
  retentionInDays?: number;
}

const KEPT_LINES = 10_000;

function filterLogEvents(groups: ReadonlyMap<string, LogGroup>, input: JsonObject): JsonObject {
  const { logGroupName, filterPattern = '', startTime = 0, endTime = Number.POSITIVE_INFINITY } = input;
  const group = groups.get(String(logGroupName));
  if (!group) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
  const matches = compileFilter(String(filterPattern));
  const first = Number(input.nextToken ?? 0);
  const matching = group.lines
    .map((line, index) => ({ ...line, index }))
    .filter(
      ({ message, timestamp }) =>
        timestamp >= Number(startTime) && timestamp < Number(endTime) && matches(message),
    );
  const limit = Number(input.limit ?? KEPT_LINES);
  const events = matching.slice(first, first + limit).map(({ index, message, stream, timestamp }) => ({
    logStreamName: stream,
    timestamp,
    message,
    ingestionTime: timestamp,
    eventId: String(index),
  }));
  return {
    events,
    searchedLogStreams: [],
    ...(first + limit < matching.length && { nextToken: String(first + limit) }),
  };
}

/** All words, or with a `?` before each of them any; a word is a phrase when in quotes. The rest of that language is not spoken here. */
function compileFilter(pattern: string): (message: string) => boolean {
  const terms = [...pattern.matchAll(/(\?)?(?:"([^"]*)"|(\S+))/g)].map(([, optional, phrase, word = '']) => ({
    isOptional: optional !== undefined,
    text: phrase ?? word,
    isPlain: phrase !== undefined || !/[{}[\]?|%"]/.test(word),
  }));
  const optional = terms.filter(({ isOptional }) => isOptional);
  if (terms.some(({ isPlain }) => !isPlain) || ![0, terms.length].includes(optional.length)) {
    throw new AwsError(
      'InvalidParameterException',
      `filterPattern ${JSON.stringify(pattern)} is not supported here: use words, phrases in quotes, or the same with a ? before each`,
    );
  }
  if (optional.length > 0) return (message) => optional.some(({ text }) => message.includes(text));
  return (message) => terms.every(({ text }) => message.includes(text));
}
