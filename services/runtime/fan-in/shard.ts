import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/**
 * The record of up to `partsPerShard` parts. Every set but `late` only grows, so any two reads agree on what they have
 * in common, and one update can add to all of them at once (an update must not add to and take from the same set).
 */
export interface Shard {
  /** Parts on record, counted from the shard's first. */
  readonly done: ReadonlySet<number>;
  /** Children that some piece named; those settled are on record themselves. */
  readonly named: ReadonlySet<string>;
  readonly settled: ReadonlySet<string>;
  /** Pieces once given up; those corrected are done since. */
  readonly failed: ReadonlySet<string>;
  readonly corrected: ReadonlySet<string>;
  /** Corrected pieces whose new totals were not announced yet. */
  readonly late: ReadonlySet<string>;
  readonly totals: Readonly<Record<string, number>>;
  /** Only known of a job's last shard. */
  readonly expected?: number;
}

export type Item = Record<string, AttributeValue>;

export const TOTAL_PREFIX = 'total.';

export function toShard(item: Item | undefined): Shard {
  const strings = (name: string) => new Set(item?.[name]?.SS);
  const totals: Record<string, number> = {};
  for (const [name, value] of Object.entries(item ?? {})) {
    if (name.startsWith(TOTAL_PREFIX)) totals[name.slice(TOTAL_PREFIX.length)] = Number(value.N);
  }
  return {
    done: new Set(item?.done?.NS?.map(Number)),
    named: strings('named'),
    settled: strings('settled'),
    failed: strings('failed'),
    corrected: strings('corrected'),
    late: strings('late'),
    totals,
    ...(item?.expected && { expected: Number(item.expected.N) }),
  };
}

/** Whether all the shard's parts, and all the children they named, are on record. */
export function isFull(shard: Shard, partsPerShard: number): boolean {
  return shard.done.size === (shard.expected ?? partsPerShard) && shard.settled.size === shard.named.size;
}

/** The children on no record of their own yet. */
export function openChildren(shard: Shard): string[] {
  return [...shard.named].filter((child) => !shard.settled.has(child));
}

/** `12.101-160.104 -> 12` */
export function partOf(id: string): number {
  const part = Number(id.split('.', 1)[0]);
  if (!Number.isSafeInteger(part) || part < 0) {
    throw new Error(`"${id}" is no piece: it must begin with the number of its part, like 12 or 12.101`);
  }
  return part;
}

export function isChild(id: string): boolean {
  return id.includes('.');
}

/** `12.101-160.104 -> 12.101-160` */
export function parentOf(child: string): string {
  return child.slice(0, child.lastIndexOf('.'));
}
