import type { Branch, Condition, Pattern } from './compile-pattern.ts';
import { type EventFields, readFields } from './event-fields.ts';
import { EventLeaves } from './event-leaves.ts';
import { FoundOrders } from './found-orders.ts';
import { meetsBranch } from './match-pattern.ts';
import { parseEvent } from './parse-event.ts';
import { type IndexedBranch, RuleNode, type Search } from './rule-node.ts';
import { scanEvent } from './scan-event.ts';
import { SharedCondition } from './shared-condition.ts';

/** Finds the patterns that an event matches, in a time that hardly depends on how many there are. */
export interface RuleIndex<Key> {
  add(key: Key, pattern: Pattern): void;
  remove(key: Key): void;
  /** The keys whose pattern this event matches, in the order they were added. */
  match(fields: EventFields): Key[];
  /** The same for an event as JSON text, of which only what the patterns ask for is taken. Throws `SyntaxError`. */
  matchText(text: string): Key[];
}

export function createRuleIndex<Key>(): RuleIndex<Key> {
  const rules = new Map<Key, IndexedRule>();
  /** The rules' keys by their order, with gaps where rules have gone. */
  let keys: (Key | undefined)[] = [];
  const branches = new Map<string, IndexedBranch>();
  const conditions = new Map<string, SharedCondition>();
  const leaves = new EventLeaves();
  const root = new RuleNode();
  const found = new FoundOrders();
  const search: Search = {
    event: leaves,
    found({ indexed: { branch, orders } }) {
      if (leaves.isPlaced && !meetsBranch(branch, leaves)) return;
      for (const order of orders) found.add(order);
    },
    foundOne: (order) => found.add(order),
    foundAll: (orders) => found.addAll(orders),
    enter: (node) => node.search(search),
    version: 0,
    orders: 0,
  };

  return {
    add(key, pattern) {
      this.remove(key);
      if (keys.length > 2 * rules.size + 64) closeGaps();
      const order = keys.length;
      keys.push(key);
      const indexed = new Set(pattern.branches.map(addBranch));
      for (const { orders } of indexed) orders.push(order);
      rules.set(key, { order, indexed });
      search.version += 1;
      search.orders = keys.length;
    },
    remove(key) {
      const rule = rules.get(key);
      if (rule === undefined) return;
      rules.delete(key);
      search.version += 1;
      keys[rule.order] = undefined;
      for (const indexed of rule.indexed) {
        indexed.orders.splice(indexed.orders.indexOf(rule.order), 1);
        if (indexed.orders.length === 0) removeBranch(indexed);
      }
    },
    match(fields) {
      leaves.readFrom(fields);
      return find();
    },
    matchText(text) {
      if (!scanEvent(text, leaves)) leaves.readFrom(readFields(parseEvent(text)));
      return find();
    },
  };

  function find(): Key[] {
    root.search(search);
    return found.take(keys);
  }

  function closeGaps(): void {
    for (const { orders } of branches.values()) orders.length = 0;
    keys = [...rules.keys()];
    let order = 0;
    for (const rule of rules.values()) {
      rule.order = order;
      for (const { orders } of rule.indexed) orders.push(order);
      order += 1;
    }
  }

  function addBranch(branch: Branch): IndexedBranch {
    const name = nameOf(branch);
    const known = branches.get(name);
    if (known !== undefined) return known;
    const open = branch.map(share);
    const indexed: IndexedBranch = { name, branch, conditions: open, orders: [], placements: new Map() };
    branches.set(name, indexed);
    root.add({ indexed, open, copies: 1, next: undefined });
    return indexed;
  }

  function removeBranch(indexed: IndexedBranch): void {
    branches.delete(indexed.name);
    for (const [placement, node] of indexed.placements) node.remove(placement);
    for (const condition of indexed.conditions) unshare(condition);
  }

  function share(condition: Condition): SharedCondition {
    const name = nameOf([condition]);
    const shared =
      conditions.get(name) ?? new SharedCondition(name, leaves.acquire(condition.path), condition);
    conditions.set(name, shared);
    shared.users += 1;
    return shared;
  }

  function unshare(shared: SharedCondition): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    conditions.delete(shared.name);
    leaves.release(shared.leaves);
  }
}

interface IndexedRule {
  order: number;
  readonly indexed: ReadonlySet<IndexedBranch>;
}

function nameOf(branch: Branch): string {
  return JSON.stringify(branch.flatMap(({ path, text }) => [path.text, text]));
}
