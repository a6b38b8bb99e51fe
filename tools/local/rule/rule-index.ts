import type { Condition, Pattern } from './compile-pattern.ts';
import { type EventFields, readFields } from './event-fields.ts';
import { EventLeaves } from './event-leaves.ts';
import { meetsBranch } from './match-pattern.ts';
import { parseEvent } from './parse-event.ts';
import { type IndexedRule, type Placement, RuleNode } from './rule-node.ts';
import { scanEvent } from './scan-event.ts';
import { SharedCondition } from './shared-condition.ts';

/** Finds the patterns that an event matches, in a time that hardly depends on how many there are. */
export interface RuleIndex<Key> {
  add(key: Key, pattern: Pattern): void;
  remove(key: Key): void;
  /** The keys whose pattern this event matches, in the order they were added. */
  match(fields: EventFields): Key[];
  /** The same for an event as JSON text, which is read only as far as the patterns ask. Throws `SyntaxError`. */
  matchText(text: string): Key[];
}

export function createRuleIndex<Key>(): RuleIndex<Key> {
  const rules = new Map<Key, IndexedRule<Key>>();
  const conditions = new Map<string, SharedCondition>();
  const leaves = new EventLeaves();
  const root = new RuleNode<Key>();
  let added = 0;

  return {
    add(key, pattern) {
      this.remove(key);
      added += 1;
      const branches = pattern.branches.map((branch) => ({ branch, open: branch.map(share) }));
      const rule: IndexedRule<Key> = {
        key,
        order: added,
        conditions: branches.flatMap(({ open }) => open),
        placements: new Map(),
        foundFor: 0,
      };
      rules.set(key, rule);
      for (const { branch, open } of branches) root.add({ rule, branch, open, copies: 1 });
    },
    remove(key) {
      const rule = rules.get(key);
      if (rule === undefined) return;
      rules.delete(key);
      for (const [placement, node] of rule.placements) node.remove(placement);
      for (const condition of rule.conditions) unshare(condition);
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
    const found: IndexedRule<Key>[] = [];
    root.visit(leaves, ({ rule, branch }: Placement<Key>) => {
      if (rule.foundFor === leaves.number) return;
      if (leaves.isPlaced && !meetsBranch(branch, leaves)) return;
      rule.foundFor = leaves.number;
      found.push(rule);
    });
    if (found.length > 1) found.sort((a, b) => a.order - b.order);
    return found.map(({ key }) => key);
  }

  function share(condition: Condition): SharedCondition {
    const name = nameOf(condition);
    const shared = conditions.get(name) ?? new SharedCondition(leaves.acquire(condition.path), condition);
    conditions.set(name, shared);
    shared.users += 1;
    return shared;
  }

  function unshare(shared: SharedCondition): void {
    shared.users -= 1;
    if (shared.users > 0) return;
    conditions.delete(nameOf(shared.condition));
    leaves.release(shared.leaves);
  }
}

function nameOf({ path, text }: Condition): string {
  return JSON.stringify([path.text, text]);
}
