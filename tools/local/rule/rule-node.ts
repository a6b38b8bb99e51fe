import type { Branch } from './compile-pattern.ts';
import type { EventLeaves } from './event-leaves.ts';
import { ExceptionNode } from './exception-node.ts';
import type { PathLeaves } from './path-leaves.ts';
import { areMet, type SharedCondition } from './shared-condition.ts';
import { ValueTable } from './value-table.ts';

/** A branch in the index, on behalf of every rule whose pattern has it. */
export interface IndexedBranch {
  readonly name: string;
  readonly branch: Branch;
  readonly conditions: readonly SharedCondition[];
  /** Which rules, by the order in which they came; rising. */
  readonly orders: number[];
  /** Where it stands. */
  readonly placements: Map<Placement, Holder>;
}

export interface Holder {
  /** Takes out a branch that stands at this very place. */
  remove(placement: Placement): void;
}

/** A branch of a pattern on its way down: at a node, everything but `open` is known to be met. */
export interface Placement {
  readonly indexed: IndexedBranch;
  readonly open: readonly SharedCondition[];
  /** Into how many places the branch has been copied, one for each value that a field may have. */
  readonly copies: number;
  /** The next one that the same node holds: one step through memory where an array takes three. */
  next: Placement | undefined;
}

/** One event's way through the nodes. */
export interface Search {
  readonly event: EventLeaves;
  /** Called for each branch whose every condition the event's leaves meet; for some branches twice. */
  readonly found: (placement: Placement) => void;
  /** The same for one rule by its order. Not for an event of which only `meetsBranch` can tell. */
  readonly foundOne: (order: number) => void;
  /** The same for rules by their order, as bits. Not for an event of which only `meetsBranch` can tell. */
  readonly foundAll: (orders: Int32Array) => void;
  /** Calls `node.search`. */
  readonly enter: (node: RuleNode) => void;
  /** Changes with every change of the index. */
  version: number;
  /** All rules' orders are below this. */
  orders: number;
}

/**
 * A set of branches. A small one holds them and tries each. A larger one hands each branch down by one of its conditions,
 * the one that sets it apart most: to the node of each value that the condition lets its field have. So rules that have
 * one value in common are told apart by their other conditions, in this node or in the next.
 */
export class RuleNode implements Holder {
  /** The rule that a search of this node comes to, when that is one and sure, as of this version of the index. */
  private sole = 0;
  private soleFor = -1;
  private searchedFor = 0;
  private held: Placement | undefined;
  private size = 0;
  /** How many of those held have something open. */
  private unsure = 0;
  private below: Below | undefined;
  private readonly parent: RuleNode | undefined;
  private readonly leaveParent: (() => void) | undefined;

  constructor(parent?: RuleNode, leaveParent?: () => void) {
    this.parent = parent;
    this.leaveParent = leaveParent;
  }

  add(placement: Placement): void {
    if (placement.open.length > 0 && this.below !== undefined) {
      this.handDown(placement, this.below);
      return;
    }
    placement.indexed.placements.set(placement, this);
    placement.next = this.held;
    this.held = placement;
    this.grow(1);
    if (placement.open.length === 0) return;
    this.unsure += 1;
    if (this.unsure > mostUnsure) this.split();
  }

  remove(placement: Placement): void {
    placement.indexed.placements.delete(placement);
    if (this.held === placement) this.held = placement.next;
    for (let one = this.held; one !== undefined; one = one.next) {
      if (one.next === placement) one.next = placement.next;
    }
    if (placement.open.length > 0) this.unsure -= 1;
    this.grow(-1);
  }

  search(search: Search): void {
    const { event, found, enter } = search;
    // With thousands of rules each object on the way to one is read from slow memory: here it is one object, not five.
    if (this.soleFor === search.version && !event.isPlaced) {
      search.foundOne(this.sole);
      return;
    }
    if (this.searchedFor === event.number) return;
    this.searchedFor = event.number;
    for (let one = this.held; one !== undefined; one = one.next) {
      if (areMet(one.open, event)) found(one);
    }
    if (this.below === undefined) {
      this.rememberSole(search.version);
      return;
    }
    const { byPath, byException, byTrial } = this.below;
    if (byPath.size > 0) {
      for (const leaves of event.present) {
        const table = byPath.get(leaves);
        if (table === undefined) continue;
        for (let index = 0; index < leaves.count; index += 1) {
          const leaf = leaves.leaves[index];
          if (leaf !== undefined) table.visit(leaf, enter);
        }
      }
    }
    if (byException.size > 0) for (const node of byException.values()) node.search(search);
    if (byTrial.size === 0) return;
    for (const { condition, node } of this.below.trials) if (condition.isMetBy(event)) enter(node);
  }

  private rememberSole(version: number): void {
    const { held } = this;
    if (held === undefined || held.next !== undefined || held.open.length > 0) return;
    const [order, another] = held.indexed.orders;
    if (order === undefined || another !== undefined) return;
    this.sole = order;
    this.soleFor = version;
  }

  private split(): void {
    const below: Below = {
      common: this.commonCondition(),
      byPath: new Map(),
      byException: new Map(),
      byTrial: new Map(),
      trials: [],
    };
    this.below = below;
    let one = this.held;
    this.held = undefined;
    // Not by way of `grow`: the node stays, even if it is empty for a moment.
    for (let node: RuleNode | undefined = this; node !== undefined; node = node.parent) {
      node.size -= this.unsure;
    }
    this.unsure = 0;
    while (one !== undefined) {
      const placement: Placement = one;
      one = placement.next;
      if (placement.open.length === 0) {
        placement.next = this.held;
        this.held = placement;
      } else {
        placement.indexed.placements.delete(placement);
        this.handDown(placement, below);
      }
    }
  }

  private handDown(placement: Placement, below: Below): void {
    const { condition, way } = this.choose(placement, below);
    const { indexed } = placement;
    const open = placement.open.length === 1 ? none : placement.open.filter((one) => one !== condition);
    if (way === 'exception') {
      const node = this.nodeOfExceptions(condition, below);
      node.add({ indexed, open, copies: placement.copies, next: undefined }, condition);
      return;
    }
    const nodes = way === 'lookup' ? this.nodesFor(condition, below) : [this.nodeOfTrial(condition, below)];
    const copies = placement.copies * nodes.length;
    for (const node of nodes) node.add({ indexed, open, copies, next: undefined });
  }

  /** A condition that nearly all of the held branches have: it is tried once and then done with, for all of them. */
  private commonCondition(): SharedCondition | undefined {
    const counts = new Map<SharedCondition, number>();
    for (let one = this.held; one !== undefined; one = one.next) {
      for (const condition of one.open) {
        const count = (counts.get(condition) ?? 0) + 1;
        if (count > 0.75 * this.unsure) return condition;
        counts.set(condition, count);
      }
    }
    return undefined;
  }

  /** The condition by which events that do not match will come across the branch least often. */
  private choose({ open, copies }: Placement, { common, byPath, byException, byTrial }: Below): Choice {
    if (common !== undefined && open.includes(common)) return { condition: common, way: 'trial', cost: 0 };
    let best: Choice | undefined;
    for (const condition of open) {
      const { lookups, leaves } = condition;
      const isByLookup = lookups !== undefined && copies * lookups.length <= mostCopies;
      let cost = 0;
      let way: Choice['way'] = 'trial';
      if (isByLookup) {
        way = 'lookup';
        const table = byPath.get(leaves);
        for (const lookup of lookups) {
          const others = table === undefined ? 0 : (table.get(lookup)?.size ?? 0) + table.crowd(lookup);
          cost += breadth[lookup.by] * (others + 1);
        }
      } else {
        // Every event tries it. Shared by all, it is at least tried for all at once.
        if (condition.exceptions !== undefined) way = 'exception';
        const together = way === 'exception' ? byException.get(leaves)?.size : byTrial.get(condition)?.size;
        cost = 2 * this.size - (together ?? 0) + breadth.range;
      }
      if (best === undefined || cost < best.cost) best = { condition, way, cost };
    }
    if (best === undefined) throw new Error('A branch that is handed down has an open condition.');
    return best;
  }

  private nodesFor({ leaves, lookups = [] }: SharedCondition, { byPath }: Below): RuleNode[] {
    const table = byPath.get(leaves) ?? new ValueTable<RuleNode>();
    byPath.set(leaves, table);
    const nodes = lookups.map((lookup) => {
      const known = table.get(lookup);
      if (known !== undefined) return known;
      const node = new RuleNode(this, () => {
        table.delete(lookup);
        if (table.isEmpty) byPath.delete(leaves);
      });
      table.set(lookup, node);
      return node;
    });
    return [...new Set(nodes)];
  }

  private nodeOfExceptions({ leaves }: SharedCondition, { byException }: Below): ExceptionNode {
    const known = byException.get(leaves);
    if (known !== undefined) return known;
    const node: ExceptionNode = new ExceptionNode(leaves, (by) => {
      if (node.size === 0) byException.delete(leaves);
      this.grow(by);
    });
    byException.set(leaves, node);
    return node;
  }

  private nodeOfTrial(condition: SharedCondition, below: Below): RuleNode {
    const known = below.byTrial.get(condition);
    if (known !== undefined) return known;
    const node = new RuleNode(this, () => {
      below.byTrial.delete(condition);
      below.trials = below.trials.filter((one) => one.node !== node);
    });
    below.byTrial.set(condition, node);
    below.trials.push({ condition, node });
    return node;
  }

  /** A node that has become empty leaves its parent, which may be empty then too. */
  private grow(by: number): void {
    this.size += by;
    if (this.size === 0) this.leaveParent?.();
    this.parent?.grow(by);
  }
}

interface Below {
  readonly common: SharedCondition | undefined;
  readonly byPath: Map<PathLeaves, ValueTable<RuleNode>>;
  readonly byException: Map<PathLeaves, ExceptionNode>;
  /** What no value tells: absence, `wildcard`, mixed lists, and lists with too many values. */
  readonly byTrial: Map<SharedCondition, RuleNode>;
  /** The same, as every event goes through them. */
  trials: { readonly condition: SharedCondition; readonly node: RuleNode }[];
}

interface Choice {
  readonly condition: SharedCondition;
  readonly way: 'lookup' | 'exception' | 'trial';
  readonly cost: number;
}

const none: readonly SharedCondition[] = [];
const mostUnsure = 12;
const mostCopies = 64;

/** How many times as many events a lookup may find as one for a single value. */
const breadth = { value: 1, folded: 1, network: 1, prefix: 2, suffix: 2, range: 4 } as const;
