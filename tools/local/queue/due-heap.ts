/** Things that fall due, earliest first. */
export interface DueHeap<T> {
  push(dueAt: number, item: T): void;
  /** When the earliest falls due. */
  nextDueAt(): number | undefined;
  /** Takes the earliest out if it is due by `now`. */
  popDue(now: number): T | undefined;
  clear(): void;
}

export function createDueHeap<T>(): DueHeap<T> {
  // A binary heap: the parent of i is (i - 1) >> 1, and is never later than i.
  let nodes: { readonly dueAt: number; readonly item: T }[] = [];
  const dueAt = (index: number) => nodes[index]?.dueAt ?? Number.POSITIVE_INFINITY;

  function swap(a: number, b: number) {
    const [first, second] = [nodes[a], nodes[b]];
    if (first && second) {
      nodes[a] = second;
      nodes[b] = first;
    }
  }

  return {
    push(due, item) {
      nodes.push({ dueAt: due, item });
      for (let child = nodes.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (dueAt(parent) <= dueAt(child)) break;
        swap(parent, child);
        child = parent;
      }
    },
    nextDueAt: () => nodes[0]?.dueAt,
    popDue(now) {
      const earliest = nodes[0];
      if (!earliest || earliest.dueAt > now) return undefined;
      swap(0, nodes.length - 1);
      nodes.pop();
      for (let parent = 0; ; ) {
        const left = 2 * parent + 1;
        const child = dueAt(left + 1) < dueAt(left) ? left + 1 : left;
        if (dueAt(child) >= dueAt(parent)) break;
        swap(parent, child);
        parent = child;
      }
      return earliest.item;
    },
    clear() {
      nodes = [];
    },
  };
}
