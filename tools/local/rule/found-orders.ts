/** Collects whole numbers, each once, and gives them back in rising order: few by sorting, many in one walk over bits. */
export class FoundOrders {
  private bits = new Uint32Array(32);
  private found: number[] = [];
  private count = 0;

  add(order: number): void {
    const word = order >>> 5;
    if (word >= this.bits.length) this.reach(word);
    const bits = this.bits[word] ?? 0;
    const bit = 1 << (order & 31);
    if ((bits & bit) !== 0) return;
    this.bits[word] = bits | bit;
    this.found[this.count] = order;
    this.count += 1;
  }

  /** What `items` has at the numbers added since the last time, in their order. */
  take<Item>(items: readonly (Item | undefined)[]): Item[] {
    const taken: Item[] = [];
    const take = (order: number) => {
      const item = items[order];
      if (item !== undefined) taken.push(item);
    };
    if (this.count > few) this.walk(take);
    else this.sort();
    for (let index = 0; index < this.count; index += 1) {
      const order = this.found[index] ?? 0;
      if (this.count <= few) take(order);
      this.bits[order >>> 5] = 0;
    }
    this.count = 0;
    return taken;
  }

  private walk(visit: (order: number) => void): void {
    for (let word = 0; word < this.bits.length; word += 1) {
      for (let rest = this.bits[word] ?? 0; rest !== 0; rest &= rest - 1) {
        visit(32 * word + 31 - Math.clz32(rest & -rest));
      }
    }
  }

  private sort(): void {
    for (let end = 1; end < this.count; end += 1) {
      const order = this.found[end] ?? 0;
      let at = end;
      for (; at > 0 && (this.found[at - 1] ?? 0) > order; at -= 1) this.found[at] = this.found[at - 1] ?? 0;
      this.found[at] = order;
    }
  }

  private reach(word: number): void {
    const bits = new Uint32Array(2 * word);
    bits.set(this.bits);
    this.bits = bits;
  }
}

const few = 24;
