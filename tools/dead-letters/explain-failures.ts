import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { explainAwsError } from '../explain-aws-error.ts';
import { logGroupOf, readLog } from '../target/read-log.ts';
import type { Target } from '../target/target.ts';
import type { DeadLetter } from './dead-letter.ts';
import type { Look } from './look-into.ts';

/**
 * Says of each message that a function failed on what the function's log says of it: SQS moves a message without a word. One that
 * killed its function is in no line; it is told how the function ended last.
 */
export async function explainFailures(
  looks: readonly Look[],
  { target, signal }: { readonly target: Target; readonly signal: AbortSignal },
): Promise<readonly Look[]> {
  const logs = new CloudWatchLogsClient(target.settings);
  try {
    return await Promise.all(
      looks.map((look) =>
        explainLook(look, { logs, signal }).catch((error: unknown) => {
          const problem = explainAwsError(error);
          // Whoever may read the queue and not the log is helped by what the queue says.
          if (problem !== undefined) return withError(look, `its log cannot be read: ${problem}`);
          throw error;
        }),
      ),
    );
  } finally {
    logs.destroy();
  }
}

interface Reading {
  readonly logs: CloudWatchLogsClient;
  readonly signal: AbortSignal;
}

async function explainLook(look: Look, reading: Reading): Promise<Look> {
  const failed = look.letters.filter(({ door }) => door === 'failed');
  const [oldest] = failed;
  if (oldest === undefined || look.from.kind !== 'consumer') return look;
  const logGroupName = logGroupOf(look.from.consumer);
  const startTime = Date.parse(oldest.sentAt);
  const wanted = new Set(failed.map(({ messageId }) => messageId));
  const failures = await readFailures({ logGroupName, startTime, wanted }, reading);
  const ending =
    failures.size < wanted.size ? await readEnding({ logGroupName, startTime }, reading) : undefined;
  if (failures.size === 0 && ending === undefined) return withError(look, `nothing is in ${logGroupName}`);
  return withFailures(look, ({ messageId }) => failures.get(messageId) ?? ending);
}

function withError(look: Look, error: string): Look {
  return withFailures(look, () => ({ error }));
}

function withFailures(look: Look, failureOf: (letter: DeadLetter) => Partial<Failure> | undefined): Look {
  const letters = look.letters.map((letter) =>
    letter.door === 'failed' ? { ...letter, ...failureOf(letter) } : letter,
  );
  return { ...look, letters };
}

type Failure = Pick<DeadLetter, 'reason' | 'error' | 'attempts'>;

/** The last failure of each message, by its id: lines come in the order of their times. */
async function readFailures(
  {
    wanted,
    ...where
  }: { readonly wanted: ReadonlySet<string>; readonly logGroupName: string; readonly startTime: number },
  { logs, signal }: Reading,
): Promise<ReadonlyMap<string, Failure>> {
  const failures = new Map<string, Failure>();
  const final = new Set<string>();
  const filterPattern = '"message failed"';
  for await (const { record } of readLog(logs, { ...where, filterPattern, signal })) {
    const { messageId, message, reason, error, receiveCount } = record;
    if (typeof messageId !== 'string' || !wanted.has(messageId)) continue;
    failures.set(messageId, {
      reason: [String(reason), ...nameOf(error)].join(': '),
      ...(error !== undefined && { error: textOf(error) }),
      attempts: Number(receiveCount),
    });
    if (message === 'message failed for the last time') final.add(messageId);
    if (final.size === wanted.size) break;
  }
  return failures;
}

/** How the function ended the last time that it did not come to its own end. */
async function readEnding(
  where: { readonly logGroupName: string; readonly startTime: number },
  { logs, signal }: Reading,
): Promise<Failure | undefined> {
  let ending: Failure | undefined;
  const filterPattern = '"platform.report"';
  for await (const { record } of readLog(logs, { ...where, filterPattern, signal })) {
    const { errorType, status } = record.record as { readonly errorType?: string; readonly status?: string };
    if (status === undefined || status === 'success') continue;
    ending = {
      reason: 'its function ended before it could say why',
      error: `${errorType ?? status}, the last time at ${record.time}`,
    };
  }
  return ending;
}

function nameOf(error: unknown): readonly string[] {
  return isNamed(error) ? [error.name] : [];
}

function textOf(error: unknown): string {
  if (isNamed(error)) return error.message;
  return typeof error === 'string' ? error : JSON.stringify(error);
}

function isNamed(error: unknown): error is { readonly name: string; readonly message: string } {
  return typeof error === 'object' && error !== null && 'name' in error && 'message' in error;
}
