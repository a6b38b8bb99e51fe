import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from './clock.ts';
import { openJob, shardKey, toWhole, type Whole } from './fan-in/job.ts';
import type { PieceResult, Totals } from './fan-in/piece.ts';
import { recordShard } from './fan-in/record-shard.ts';
import { isChild, isFull, openChildren, parentOf, partOf, type Shard, toShard } from './fan-in/shard.ts';

export interface FanInOptions {
  /** A table with partition key `pk` (the job) and sort key `sk` (`whole` or `shard#<n>`), both strings. */
  readonly tableName: string;
  readonly client: DynamoDBClient;
  /** @default the system's */
  readonly clock?: Clock;
  /** Must not change while a job is open. @default 200, which keeps a shard within one write unit (1 KB) */
  readonly partsPerShard?: number;
}

/** What is on record about one piece. */
export interface PieceRecord {
  readonly id: string;
  /** `new`: not on record yet. `failed`: given up. `recorded`: nothing is left to do but for its open children. */
  readonly state: 'new' | 'failed' | 'recorded';
  /** The children it named that are not on record yet: publish them, again if need be. */
  readonly open: readonly string[];
}

/** The job is complete and this was not announced: announce it, then pass this to `markAnnounced`. */
export interface Announcement {
  readonly jobId: string;
  /** Pieces once failed, now done, that put the totals announced before out of date. */
  readonly late: readonly string[];
}

export interface Progress {
  /** Absent until `expect` was called. */
  readonly expectedParts?: number;
  /** Parts on record, whether or not children of theirs are open. */
  readonly doneParts: number;
  readonly totals: Totals;
  /** Pieces given up and not done since. */
  readonly failed: number;
  /** Children named and not on record yet. */
  readonly openChildren: number;
  readonly complete: boolean;
  /** ISO 8601. */
  readonly announcedAt?: string;
}

export type FanIn = ReturnType<typeof createFanIn>;

/**
 * Counts the parts of jobs by identity, so that a part delivered twice counts once, and tells when a job is complete.
 * It knows nothing of what a part is. A crash after any of its calls is made good by making the call again.
 */
export function createFanIn({ tableName, client, clock = systemClock, partsPerShard = 200 }: FanInOptions) {
  const open = (jobId: string) => openJob({ client, tableName, jobId });
  const shardOf = (id: string) => Math.floor(partOf(id) / partsPerShard);

  /**
   * Records pieces, those of one shard in one conditional write: all that it names and adds is there, or nothing is.
   * A piece already on record stays as it is, but for a failed one that is done now. Answers what is on record, in the
   * order given, and the announcement that is due, if any. Throws for a child that its parent never named.
   */
  async function record({ jobId, pieces }: { jobId: string; pieces: readonly PieceResult[] }) {
    const job = open(jobId);
    const shards = new Map<number, Shard>();
    await Promise.all(
      [...Map.groupBy(pieces, ({ id }) => shardOf(id))].map(async ([n, group]) => {
        refuseBeyondLimit(jobId, n);
        const write = { client, tableName, key: job.key(shardKey(n)), partsPerShard };
        shards.set(n, await recordShard(write, group));
      }),
    );
    const records = pieces.map(({ id }) => toRecord(id, shards.get(shardOf(id))));
    const full = [...shards].filter(([, shard]) => isFull(shard, partsPerShard)).map(([n]) => n);
    if (full.length === 0) return { records };
    const late = pieces.map(({ id }) => id).filter((id) => shards.get(shardOf(id))?.late.has(id));
    return { records, announcement: dueAnnouncement(jobId, await job.addFull(full), [...new Set(late)]) };
  }

  /** What is on record about pieces, in the order given. */
  async function look({ jobId, ids }: { jobId: string; ids: readonly string[] }): Promise<PieceRecord[]> {
    const job = open(jobId);
    const numbers = [...new Set(ids.map(shardOf))];
    const shards = new Map(await Promise.all(numbers.map(async (n) => [n, await job.readShard(n)] as const)));
    return ids.map((id) => toRecord(id, shards.get(shardOf(id))));
  }

  /** Says how many parts the job has, numbered from 0. Throws when another number was said before. */
  async function expect({ jobId, parts }: { jobId: string; parts: number }) {
    const job = open(jobId);
    const last = Math.ceil(parts / partsPerShard) - 1;
    refuseBeyondLimit(jobId, last);
    const whole = await job.expect('whole', { expectedParts: parts, expectedShards: last + 1 });
    if (parts === 0) return { announcement: dueAnnouncement(jobId, toWhole(whole), []) };
    const shard = await job.expect(shardKey(last), { expected: parts - last * partsPerShard });
    if (!isFull(toShard(shard), partsPerShard)) return {};
    return { announcement: dueAnnouncement(jobId, await job.addFull([last]), []) };
  }

  /** Notes that a completion was announced. Until then every later call finds the announcement due again. */
  async function markAnnounced({ jobId, late }: Announcement): Promise<void> {
    const job = open(jobId);
    await job.markAnnounced(new Date(clock.now()));
    await Promise.all([...Map.groupBy(late, shardOf)].map(([n, ids]) => job.forgetLate(n, ids)));
  }

  /** Where the job stands. Each shard's numbers are exact; a job that is complete changes only by late corrections. */
  async function progress(jobId: string): Promise<Progress> {
    const { whole, shards } = await open(jobId).readAll();
    const totals: Record<string, number> = {};
    let [doneParts, failed, openChildren] = [0, 0, 0];
    for (const shard of shards.values()) {
      doneParts += shard.done.size;
      failed += shard.failed.size - shard.corrected.size;
      openChildren += shard.named.size - shard.settled.size;
      for (const [name, n] of Object.entries(shard.totals)) totals[name] = (totals[name] ?? 0) + n;
    }
    const { expectedParts, announcedAt } = whole;
    const complete = doneParts === expectedParts && openChildren === 0;
    return { expectedParts, doneParts, totals, failed, openChildren, complete, announcedAt };
  }

  /**
   * The pieces a job still waits for: parts in order, then children. Before the number of parts is known, of the parts
   * only the gaps below the highest on record.
   */
  async function missing({ jobId, limit = 100 }: { jobId: string; limit?: number }): Promise<string[]> {
    const { whole, shards } = await open(jobId).readAll();
    const isDone = (part: number) =>
      shards.get(Math.floor(part / partsPerShard))?.done.has(part % partsPerShard) ?? false;
    const bound = whole.expectedParts ?? highestPart(shards);
    const parts: string[] = [];
    for (let part = 0; part < bound && parts.length < limit; part += 1) {
      if (!isDone(part)) parts.push(`${part}`);
    }
    const children = [...shards.values()].flatMap(openChildren);
    return [...parts, ...children.sort()].slice(0, limit);
  }

  function toRecord(id: string, shard: Shard | undefined): PieceRecord {
    if (!shard) return { id, state: 'new', open: [] };
    const isOnRecord = isChild(id) ? shard.settled.has(id) : shard.done.has(partOf(id) % partsPerShard);
    const isFailed = shard.failed.has(id) && !shard.corrected.has(id);
    return {
      id,
      state: isFailed ? 'failed' : isOnRecord ? 'recorded' : 'new',
      open: openChildren(shard).filter((child) => parentOf(child) === id),
    };
  }

  function highestPart(shards: ReadonlyMap<number, Shard>) {
    const last = [...shards.keys()].reduce((a, b) => Math.max(a, b), 0);
    return last * partsPerShard + Math.max(0, ...(shards.get(last)?.done ?? []));
  }

  function refuseBeyondLimit(jobId: string, shard: number) {
    if (shard < MAX_SHARDS) return;
    throw new Error(
      `job ${jobId} has part ${shard * partsPerShard} or beyond, but a job has at most ${MAX_SHARDS * partsPerShard} parts ` +
        `(${MAX_SHARDS} shards of ${partsPerShard}): put more work into a part`,
    );
  }

  return { record, look, expect, markAnnounced, progress, missing };
}

/** The set of full shards then stays below DynamoDB's 400 KB an item. */
const MAX_SHARDS = 65_536;

function dueAnnouncement(jobId: string, whole: Whole, late: readonly string[]): Announcement | undefined {
  if (whole.full.size !== whole.expectedShards) return undefined;
  return whole.announcedAt === undefined || late.length > 0 ? { jobId, late } : undefined;
}
