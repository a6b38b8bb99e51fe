import type { Leaf } from './matcher.ts';
import type { PathLeaves } from './path-leaves.ts';
import type { Holder, Placement, Search } from './rule-node.ts';
import { areMet, type SharedCondition } from './shared-condition.ts';
import { ValueTable } from './value-table.ts';

/**
 * Branches that ask for anything but some values of one field. Most of them match most events, so it finds the few that
 * do not and takes all others together, as bits.
 */
export class ExceptionNode implements Holder {
  private readonly leaves: PathLeaves;
  private readonly exceptions = new ValueTable<Set<Placement>>();
  private readonly members = new Map<Placement, { condition: SharedCondition; group: Group }>();
  /** By what is still open of them. */
  private readonly groups = new Map<string, Group>();
  private readonly changed: (by: number) => void;

  /** `changed` is told by how much it grew. */
  constructor(leaves: PathLeaves, changed: (by: number) => void) {
    this.leaves = leaves;
    this.changed = changed;
  }

  add(placement: Placement, condition: SharedCondition): void {
    const name = placement.open.map((one) => one.name).join();
    const group = this.groups.get(name) ?? new Group(name, placement.open);
    this.groups.set(name, group);
    group.members.add(placement);
    this.members.set(placement, { condition, group });
    for (const lookup of condition.exceptions ?? []) {
      const excepted = this.exceptions.get(lookup);
      if (excepted === undefined) this.exceptions.set(lookup, new Set([placement]));
      else excepted.add(placement);
    }
    placement.indexed.placements.set(placement, this);
    this.changed(1);
  }

  remove(placement: Placement): void {
    const member = this.members.get(placement);
    if (member === undefined) return;
    const { condition, group } = member;
    this.members.delete(placement);
    group.members.delete(placement);
    if (group.members.size === 0) this.groups.delete(group.name);
    for (const lookup of condition.exceptions ?? []) {
      const excepted = this.exceptions.get(lookup);
      excepted?.delete(placement);
      if (excepted?.size === 0) this.exceptions.delete(lookup);
    }
    placement.indexed.placements.delete(placement);
    this.changed(-1);
  }

  get size(): number {
    return this.members.size;
  }

  search(search: Search): void {
    if (this.leaves.count === 0) return;
    const excepted = this.excepted();
    for (const group of this.groups.values()) {
      if (areMet(group.open, search.event)) group.give(search, excepted);
    }
  }

  /** Those that no leaf meets. */
  private excepted(): ReadonlySet<Placement> {
    const { leaves, count } = this.leaves;
    const excepted = this.exceptedBy(leaves[0]);
    for (let index = 1; index < count && excepted.size > 0; index += 1) {
      const also = this.exceptedBy(leaves[index]);
      for (const placement of excepted) if (!also.has(placement)) excepted.delete(placement);
    }
    return excepted;
  }

  private exceptedBy(leaf: Leaf | undefined): Set<Placement> {
    const all = new Set<Placement>();
    if (leaf === undefined) return all;
    this.exceptions.visit(leaf, (excepted) => {
      for (const placement of excepted) all.add(placement);
    });
    return all;
  }
}

class Group {
  readonly name: string;
  readonly open: readonly SharedCondition[];
  readonly members = new Set<Placement>();
  /** The orders of the members' rules, as bits. */
  private bits = new Int32Array();
  /** Members whose rule the bits already have for another: a rule counts while one of its members does. */
  private readonly loose = new Set<Placement>();
  private madeFor = -1;

  constructor(name: string, open: readonly SharedCondition[]) {
    this.name = name;
    this.open = open;
  }

  /** Tells the search of every member but the excepted ones. */
  give(search: Search, excepted: ReadonlySet<Placement>): void {
    if (search.event.isPlaced || this.members.size < worthBits) {
      for (const member of this.members) if (!excepted.has(member)) search.found(member);
      return;
    }
    if (this.madeFor !== search.version) this.makeBits(search);
    let { bits } = this;
    if (excepted.size > 0) {
      bits = bits.slice();
      for (const member of excepted) {
        if (!this.members.has(member) || this.loose.has(member)) continue;
        for (const order of member.indexed.orders) clearBit(bits, order);
      }
    }
    search.foundAll(bits);
    for (const member of this.loose) if (!excepted.has(member)) search.found(member);
  }

  private makeBits({ version, orders }: Search): void {
    this.madeFor = version;
    this.bits = new Int32Array((orders >>> 5) + 1);
    this.loose.clear();
    for (const member of this.members) {
      if (member.indexed.orders.some((order) => hasBit(this.bits, order))) this.loose.add(member);
      else for (const order of member.indexed.orders) setBit(this.bits, order);
    }
  }
}

const worthBits = 24;

function hasBit(bits: Int32Array, order: number): boolean {
  return ((bits[order >>> 5] ?? 0) & (1 << (order & 31))) !== 0;
}

function setBit(bits: Int32Array, order: number): void {
  bits[order >>> 5] = (bits[order >>> 5] ?? 0) | (1 << (order & 31));
}

function clearBit(bits: Int32Array, order: number): void {
  bits[order >>> 5] = (bits[order >>> 5] ?? 0) & ~(1 << (order & 31));
}
