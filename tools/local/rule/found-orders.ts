/** Collects whole numbers, each once, and gives them back in rising order: few by sorting, many in one walk over bits. */
export class FoundOrders {
  private bits = new Int32Array(32);
  private readonly first: number[] = [];
  private count = 0;
  private isMany = false;

  add(order: number): void {
    const word = order >>> 5;
    if (word >= this.bits.length) this.reach(word);
    const bits = this.bits[word] ?? 0;
    const bit = 1 << (order & 31);
    if ((bits & bit) !== 0) return;
    this.bits[word] = bits | bit;
    if (this.count === few) this.isMany = true;
    else {
      this.first[this.count] = order;
      this.count += 1;
    }
  }

  /** Adds every number whose bit is set. */
  addAll(bits: Int32Array): void {
    this.isMany = true;
    if (bits.length > this.bits.length) this.reach(bits.length);
    for (let word = 0; word < bits.length; word += 1) {
      this.bits[word] = (this.bits[word] ?? 0) | (bits[word] ?? 0);
    }
  }

  /** What `items` has at the numbers added since the last time, in their order. */
  take<Item>(items: readonly (Item | undefined)[]): Item[] {
    if (this.count === 1 && !this.isMany) return this.takeOne(items);
    const taken: Item[] = [];
    if (this.isMany) this.walk(items, taken);
    else {
      this.sort();
      for (let index = 0; index < this.count; index += 1) {
        const order = this.first[index] ?? 0;
        const item = items[order];
        if (item !== undefined) taken.push(item);
        this.bits[order >>> 5] = 0;
      }
    }
    this.count = 0;
    this.isMany = false;
    return taken;
  }

  /** Without the room for more that an array gets with its first `push`. */
  private takeOne<Item>(items: readonly (Item | undefined)[]): Item[] {
    const order = this.first[0] ?? 0;
    this.bits[order >>> 5] = 0;
    this.count = 0;
    const item = items[order];
    return item === undefined ? [] : [item];
  }

  private walk<Item>(items: readonly (Item | undefined)[], taken: Item[]): void {
    const { bits } = this;
    for (let word = 0; word < bits.length; word += 1) {
      for (let rest = bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
        const item = items[32 * word + 31 - Math.clz32(rest & -rest)];
        if (item !== undefined) taken.push(item);
      }
      bits[word] = 0;
    }
  }

  private sort(): void {
    for (let end = 1; end < this.count; end += 1) {
      const order = this.first[end] ?? 0;
      let at = end;
      for (; at > 0 && (this.first[at - 1] ?? 0) > order; at -= 1) this.first[at] = this.first[at - 1] ?? 0;
      this.first[at] = order;
    }
  }

  private reach(word: number): void {
    const bits = new Int32Array(2 * word);
    bits.set(this.bits);
    this.bits = bits;
  }
}

const few = 24;
