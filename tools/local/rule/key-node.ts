import type { Path } from './event-fields.ts';
import type { PathLeaves } from './path-leaves.ts';

/** A place inside an event from which an asked-for path ends or goes on: the keys that lead on from here. */
export interface KeyNode {
  /** Where the leaves found here go, when a path ends here. */
  leaves: PathLeaves | undefined;
  /** How many paths come through here. */
  users: number;
  readonly keys: Map<string, Key>;
  /** The same keys by their length, which tells most others apart without looking at them. */
  readonly byLength: (Key[] | undefined)[];
}

/** One key of an event's object: a name of a path, or several with the dots between them. */
export interface Key {
  readonly text: string;
  readonly node: KeyNode;
  /** The object that it was last seen in, to notice a key that comes twice. */
  seenIn: number;
}

export function newKeyNode(): KeyNode {
  return { leaves: undefined, users: 0, keys: new Map(), byLength: [] };
}

/** Makes the ways on which an event can reach the path: `a.b` is one key, or `a` and then `b`. */
export function linkPath(root: KeyNode, leaves: PathLeaves): void {
  const names = leaves.path.text.split('.');
  const reached: KeyNode[] = [root];
  for (let end = 1; end <= names.length; end += 1) {
    const node = stepTo(reached, names, end) ?? newKeyNode();
    for (const [start, from] of reached.entries()) {
      addKey(from, names.slice(start, end).join('.'), node);
    }
    node.users += 1;
    reached.push(node);
  }
  const last = reached.at(-1);
  if (last !== undefined) last.leaves = leaves;
}

export function unlinkPath(root: KeyNode, path: Path): void {
  const names = path.text.split('.');
  const reached: KeyNode[] = [root];
  for (let end = 1; end <= names.length; end += 1) {
    const node = stepTo(reached, names, end);
    if (node === undefined) return;
    node.users -= 1;
    if (end === names.length) node.leaves = undefined;
    if (node.users === 0) {
      for (const [start, from] of reached.entries()) removeKey(from, names.slice(start, end).join('.'));
    }
    reached.push(node);
  }
}

/** Where the first `end` names lead, from the last of the nodes on their way. */
function stepTo(reached: readonly KeyNode[], names: readonly string[], end: number): KeyNode | undefined {
  return reached.at(-1)?.keys.get(names[end - 1] ?? '')?.node;
}

function addKey(from: KeyNode, text: string, node: KeyNode): void {
  if (from.keys.has(text)) return;
  const key = { text, node, seenIn: 0 };
  from.keys.set(text, key);
  const sameLength = from.byLength[text.length] ?? [];
  from.byLength[text.length] = sameLength;
  sameLength.push(key);
}

function removeKey(from: KeyNode, text: string): void {
  from.keys.delete(text);
  from.byLength[text.length] = from.byLength[text.length]?.filter((key) => key.text !== text);
}
