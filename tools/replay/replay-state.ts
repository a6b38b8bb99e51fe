import { hostname } from 'node:os';
import { ListQueueTagsCommand, type SQSClient, TagQueueCommand } from '@aws-sdk/client-sqs';
import { isAlive } from '../is-alive.ts';
import type { Target } from '../target/target.ts';
import { temporaryPrefix } from '../target/temporary-rule.ts';

/** What is to become of a replay; it is kept as tags of its queue, so that every shell sees and changes it. */
export interface ReplayState {
  readonly state: 'running' | 'paused' | 'cancelled';
  /** Names of the consumers, or all there are. */
  readonly consumers: 'all' | readonly string[];
  /** Events a second. @default as fast as it goes */
  readonly rate?: number;
  readonly since: string;
  readonly until: string;
  /** How many the plan counted. */
  readonly events: number;
  /** Who feeds the consumers from it, and when it last said so. */
  readonly feeder?: { readonly pid: number; readonly host: string; readonly seenAt: string };
}

/** What the names of a stage's replays begin with. */
export function replayPrefix({ stage }: Pick<Target, 'stage'>): string {
  return `${temporaryPrefix}replay-${stage}-`;
}

/** Undefined when the queue is no replay's. */
export async function readState(QueueUrl: string, sqs: SQSClient): Promise<ReplayState | undefined> {
  const { Tags = {} } = await sqs.send(new ListQueueTagsCommand({ QueueUrl }));
  const { consumers, events, host, pid, rate, seenAt, since, state, until } = Tags;
  if (!consumers || !since || !until) return undefined;
  return {
    state: state === 'paused' || state === 'cancelled' ? state : 'running',
    consumers: consumers === 'all' ? 'all' : consumers.split(' '),
    ...(rate !== undefined && { rate: Number(rate) }),
    since,
    until,
    events: Number(events),
    ...(pid && host && seenAt && { feeder: { pid: Number(pid), host, seenAt } }),
  };
}

/** Changes what is named and leaves the rest. */
export async function writeState(
  QueueUrl: string,
  changed: Partial<ReplayState>,
  sqs: SQSClient,
): Promise<void> {
  await sqs.send(new TagQueueCommand({ QueueUrl, Tags: tagsOf(changed) }));
}

/** As tags, whose values may have at most 256 letters, digits and a few signs. */
export function tagsOf({ consumers, feeder, ...rest }: Partial<ReplayState>): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ ...rest, ...feeder, consumers: consumers === 'all' ? 'all' : consumers?.join(' ') })
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]),
  );
}

/** This process, now. */
export function thisFeeder(): NonNullable<ReplayState['feeder']> {
  return { pid: process.pid, host: hostname(), seenAt: new Date().toISOString() };
}

/** Whether somebody feeds the consumers now; of one on another machine by when it last said so. */
export function hasFeeder({ feeder }: ReplayState): boolean {
  if (feeder === undefined) return false;
  if (feeder.host !== hostname()) return Date.now() - Date.parse(feeder.seenAt) < SILENT_MS;
  return isAlive(feeder.pid);
}

/** Several times as long as a feeder is silent. */
const SILENT_MS = 30_000;
