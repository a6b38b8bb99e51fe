/** Finds the texts that a text begins with, or ends with, in steps along the text and not one by one. */
export class AffixTree<Value> {
  private readonly root: Branch<Value> = newBranch('');
  private readonly isSuffix: boolean;

  constructor(kind: 'prefix' | 'suffix') {
    this.isSuffix = kind === 'suffix';
  }

  get(affix: string): Value | undefined {
    return this.find(affix)?.value;
  }

  set(affix: string, value: Value): void {
    let branch = this.root;
    let rest = affix;
    while (rest !== '') {
      const unit = this.unitAt(rest, 0);
      const next = branch.next[unit];
      if (next === undefined) {
        const leaf = newBranch<Value>(rest);
        link(branch, unit, leaf);
        branch = leaf;
        break;
      }
      const shared = this.sharedLength(next.part, rest);
      if (shared === next.part.length) branch = next;
      else {
        const fork = newBranch<Value>(this.head(next.part, shared));
        next.part = this.tail(next.part, shared);
        next.length = next.part.length;
        link(fork, this.unitAt(next.part, 0), next);
        branch.next[unit] = fork;
        branch = fork;
      }
      rest = this.tail(rest, shared);
    }
    branch.value = value;
  }

  delete(affix: string): void {
    const way: Branch<Value>[] = [];
    const branch = this.find(affix, way);
    if (branch === undefined) return;
    branch.value = undefined;
    for (let index = way.length - 1; index > 0; index -= 1) {
      const last = way[index];
      const before = way[index - 1];
      if (last === undefined || last.value !== undefined || last.fanOut > 0 || before === undefined) return;
      before.next[this.unitAt(last.part, 0)] = undefined;
      before.fanOut -= 1;
    }
  }

  get isEmpty(): boolean {
    return this.root.fanOut === 0 && this.root.value === undefined;
  }

  /** Visits the value of every affix of the text, the shortest first. */
  visit(text: string, visit: (value: Value) => void): void {
    let branch = this.root;
    let taken = 0;
    for (;;) {
      if (branch.value !== undefined) visit(branch.value);
      if (taken === text.length || branch.fanOut === 0) return;
      const next = branch.next[this.unitAt(text, taken)];
      if (next === undefined) return;
      const { length } = next;
      if (length > 1 && !this.continuesWith(text, next.part, taken)) return;
      branch = next;
      taken += length;
    }
  }

  private find(affix: string, way: Branch<Value>[] = []): Branch<Value> | undefined {
    let branch: Branch<Value> = this.root;
    let taken = 0;
    way.push(branch);
    while (taken < affix.length) {
      const next = branch.next[this.unitAt(affix, taken)];
      if (next === undefined || !this.continuesWith(affix, next.part, taken)) return undefined;
      branch = next;
      taken += next.part.length;
      way.push(branch);
    }
    return branch;
  }

  /** The unit that stands `taken` from the text's beginning, or from its end. */
  private unitAt(text: string, taken: number): number {
    return text.charCodeAt(this.isSuffix ? text.length - 1 - taken : taken);
  }

  private continuesWith(text: string, part: string, taken: number): boolean {
    return this.isSuffix ? text.endsWith(part, text.length - taken) : text.startsWith(part, taken);
  }

  private sharedLength(a: string, b: string): number {
    const longest = Math.min(a.length, b.length);
    let shared = 0;
    while (shared < longest && this.unitAt(a, shared) === this.unitAt(b, shared)) shared += 1;
    return shared;
  }

  private head(text: string, length: number): string {
    return this.isSuffix ? text.slice(text.length - length) : text.slice(0, length);
  }

  private tail(text: string, from: number): string {
    return this.isSuffix ? text.slice(0, text.length - from) : text.slice(from);
  }
}

interface Branch<Value> {
  /** What a text must go on with to come here. */
  part: string;
  /** The part's length, which saves a look at the part. */
  length: number;
  value: Value | undefined;
  /** By the UTF-16 unit that comes next. */
  readonly next: (Branch<Value> | undefined)[];
  fanOut: number;
}

function newBranch<Value>(part: string): Branch<Value> {
  return { part, length: part.length, value: undefined, next: [], fanOut: 0 };
}

function link<Value>(from: Branch<Value>, unit: number, to: Branch<Value>): void {
  from.next[unit] = to;
  from.fanOut += 1;
}
