import type { Branch } from './compile-pattern.ts';
import type { EventLeaves } from './event-leaves.ts';
import type { PathLeaves } from './path-leaves.ts';
import type { SharedCondition } from './shared-condition.ts';
import { ValueTable } from './value-table.ts';

/** A pattern in the index. */
export interface IndexedRule<Key> {
  readonly key: Key;
  /** Where it comes among the others. */
  readonly order: number;
  readonly conditions: readonly SharedCondition[];
  /** Where its branches stand. */
  readonly placements: Map<Placement<Key>, RuleNode<Key>>;
  /** The number of the event that last matched. */
  foundFor: number;
}

/** A branch of a pattern on its way down: at a node, everything but `open` is known to be met. */
export interface Placement<Key> {
  readonly rule: IndexedRule<Key>;
  readonly branch: Branch;
  readonly open: readonly SharedCondition[];
  /** Into how many places the branch has been copied, one for each value that a field may have. */
  readonly copies: number;
}

/**
 * A set of branches. A small one holds them and tries each. A larger one hands each branch down by one of its conditions,
 * the one that sets it apart most: to the node of each value that the condition lets its field have. So rules that have
 * one value in common are told apart by their other conditions, in this node or in the next.
 */
export class RuleNode<Key> {
  private size = 0;
  /** Branches with nothing open. */
  private readonly met: Placement<Key>[] = [];
  /** Branches with something open, before the node hands them down. */
  private readonly unsure: Placement<Key>[] = [];
  private below: Below<Key> | undefined;
  private readonly parent: RuleNode<Key> | undefined;
  private readonly leaveParent: (() => void) | undefined;
  private visitedFor = 0;

  constructor(parent?: RuleNode<Key>, leaveParent?: () => void) {
    this.parent = parent;
    this.leaveParent = leaveParent;
  }

  add(placement: Placement<Key>): void {
    if (placement.open.length > 0 && this.below !== undefined) {
      this.handDown(placement, this.below);
      return;
    }
    placement.rule.placements.set(placement, this);
    this.grow(1);
    if (placement.open.length === 0) {
      this.met.push(placement);
      return;
    }
    this.unsure.push(placement);
    if (this.unsure.length > mostUnsure) this.split();
  }

  /** Takes out a branch that stands at this very node. */
  remove(placement: Placement<Key>): void {
    placement.rule.placements.delete(placement);
    takeOut(placement.open.length === 0 ? this.met : this.unsure, placement);
    this.grow(-1);
    for (let node: RuleNode<Key> | undefined = this; node?.size === 0; node = node.parent) {
      node.leaveParent?.();
    }
  }

  /** Calls `found` for each branch whose every condition the event's leaves meet; for some branches twice. */
  visit(event: EventLeaves, found: (placement: Placement<Key>) => void): void {
    const enter = (node: RuleNode<Key>) => node.search(event, found, enter);
    enter(this);
  }

  private search(
    event: EventLeaves,
    found: (placement: Placement<Key>) => void,
    enter: (node: RuleNode<Key>) => void,
  ): void {
    if (this.visitedFor === event.number) return;
    this.visitedFor = event.number;
    for (const placement of this.met) found(placement);
    for (const placement of this.unsure) if (areMet(placement.open, event)) found(placement);
    if (this.below === undefined) return;
    const { byPath, byTrial } = this.below;
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
    if (byTrial.size === 0) return;
    for (const [condition, node] of byTrial) if (condition.isMetBy(event)) enter(node);
  }

  private split(): void {
    const below: Below<Key> = { byPath: new Map(), byTrial: new Map() };
    this.below = below;
    const placements = this.unsure.splice(0);
    this.grow(-placements.length);
    for (const placement of placements) {
      placement.rule.placements.delete(placement);
      this.handDown(placement, below);
    }
  }

  private handDown(placement: Placement<Key>, below: Below<Key>): void {
    const { condition, isByLookup } = this.choose(placement, below);
    const nodes = isByLookup ? this.nodesFor(condition, below) : [this.nodeOfTrial(condition, below)];
    const open = placement.open.filter((one) => one !== condition);
    for (const node of nodes) node.add({ ...placement, open, copies: placement.copies * nodes.length });
  }

  /** The condition by which events that do not match will come across the branch least often. */
  private choose({ open, copies }: Placement<Key>, { byPath, byTrial }: Below<Key>): Choice {
    let best: Choice | undefined;
    for (const condition of open) {
      const { lookups, leaves } = condition;
      const isByLookup = lookups !== undefined && copies * lookups.length <= mostCopies;
      let cost = 0;
      if (isByLookup) {
        const table = byPath.get(leaves);
        for (const lookup of lookups) {
          const others = table === undefined ? 0 : (table.get(lookup)?.size ?? 0) + table.crowd(lookup);
          cost += breadth[lookup.by] * (others + 1);
        }
      } else {
        // Every event tries it. Shared by all, it is at least tried for all at once.
        cost = 2 * this.size - (byTrial.get(condition)?.size ?? 0) + breadth.range;
      }
      if (best === undefined || cost < best.cost) best = { condition, isByLookup, cost };
    }
    if (best === undefined) throw new Error('A branch that is handed down has an open condition.');
    return best;
  }

  private nodesFor({ leaves, lookups = [] }: SharedCondition, { byPath }: Below<Key>): RuleNode<Key>[] {
    const table = byPath.get(leaves) ?? new ValueTable<RuleNode<Key>>();
    byPath.set(leaves, table);
    const nodes = lookups.map((lookup) => {
      const known = table.get(lookup);
      if (known !== undefined) return known;
      const node = new RuleNode<Key>(this, () => {
        table.delete(lookup);
        if (table.isEmpty) byPath.delete(leaves);
      });
      table.set(lookup, node);
      return node;
    });
    return [...new Set(nodes)];
  }

  private nodeOfTrial(condition: SharedCondition, { byTrial }: Below<Key>): RuleNode<Key> {
    const known = byTrial.get(condition);
    if (known !== undefined) return known;
    const node = new RuleNode<Key>(this, () => byTrial.delete(condition));
    byTrial.set(condition, node);
    return node;
  }

  private grow(by: number): void {
    for (let node: RuleNode<Key> | undefined = this; node !== undefined; node = node.parent) node.size += by;
  }
}

interface Below<Key> {
  readonly byPath: Map<PathLeaves, ValueTable<RuleNode<Key>>>;
  /** What no value tells: absence, `anything-but`, `wildcard`, and lists with too many values. */
  readonly byTrial: Map<SharedCondition, RuleNode<Key>>;
}

interface Choice {
  readonly condition: SharedCondition;
  readonly isByLookup: boolean;
  readonly cost: number;
}

const mostUnsure = 12;
const mostCopies = 64;

/** How many times as many events a lookup may find as one for a single value. */
const breadth = { value: 1, folded: 1, network: 1, prefix: 2, suffix: 2, range: 4 } as const;

function areMet(conditions: readonly SharedCondition[], event: EventLeaves): boolean {
  for (const condition of conditions) if (!condition.isMetBy(event)) return false;
  return true;
}

function takeOut<Item>(items: Item[], item: Item): void {
  const index = items.indexOf(item);
  const last = items.pop();
  if (last !== undefined && index < items.length) items[index] = last;
}
