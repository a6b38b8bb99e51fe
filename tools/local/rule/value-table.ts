import { AffixTree } from './affix-tree.ts';
import type { Leaf, Lookup } from './matcher.ts';
import { NetworkTable } from './network-table.ts';
import { foldCase } from './operators/ignoring-case.ts';
import { RangeTable } from './range-table.ts';

/** Values by lookup, found again by the leaves that the lookups describe. */
export class ValueTable<Value> {
  private readonly exact = new Map<Leaf, Value>();
  private readonly folded = new Map<string, Value>();
  private readonly prefixes = new AffixTree<Value>('prefix');
  private readonly suffixes = new AffixTree<Value>('suffix');
  private readonly foldedPrefixes = new AffixTree<Value>('prefix');
  private readonly foldedSuffixes = new AffixTree<Value>('suffix');
  private readonly ranges = new RangeTable<Value>();
  private readonly networks = new NetworkTable<Value>();

  get(lookup: Lookup): Value | undefined {
    return this.slotOf(lookup).get();
  }

  set(lookup: Lookup, value: Value): void {
    this.slotOf(lookup).set(value);
  }

  delete(lookup: Lookup): void {
    this.slotOf(lookup).delete();
  }

  get isEmpty(): boolean {
    return (
      this.exact.size === 0 &&
      this.folded.size === 0 &&
      [this.prefixes, this.suffixes, this.foldedPrefixes, this.foldedSuffixes].every(
        ({ isEmpty }) => isEmpty,
      ) &&
      this.ranges.isEmpty &&
      this.networks.isEmpty
    );
  }

  /** About how many other values a leaf also finds that this lookup describes. */
  crowd(lookup: Lookup): number {
    return lookup.by === 'range' ? this.ranges.crowd(lookup.range) : 0;
  }

  /** Visits the value of every lookup that describes the leaf. */
  visit(leaf: Leaf, visit: (value: Value) => void): void {
    // A look into an empty map would still hash the whole text.
    const value = this.exact.size > 0 ? this.exact.get(leaf) : undefined;
    if (value !== undefined) visit(value);
    if (typeof leaf === 'number') this.ranges.visit(leaf, visit);
    if (typeof leaf !== 'string') return;
    this.prefixes.visit(leaf, visit);
    this.suffixes.visit(leaf, visit);
    this.networks.visit(leaf, visit);
    if (this.folded.size > 0 || !this.foldedPrefixes.isEmpty || !this.foldedSuffixes.isEmpty) {
      this.visitFolded(foldCase(leaf), visit);
    }
  }

  private visitFolded(text: string, visit: (value: Value) => void): void {
    const value = this.folded.get(text);
    if (value !== undefined) visit(value);
    this.foldedPrefixes.visit(text, visit);
    this.foldedSuffixes.visit(text, visit);
  }

  private slotOf(lookup: Lookup): Slot<Value> {
    switch (lookup.by) {
      case 'value':
        return slot(this.exact, lookup.value);
      case 'folded':
        return slot(this.folded, lookup.text);
      case 'prefix':
        return slot(lookup.isFolded ? this.foldedPrefixes : this.prefixes, lookup.text);
      case 'suffix':
        return slot(lookup.isFolded ? this.foldedSuffixes : this.suffixes, lookup.text);
      case 'range':
        return slot(this.ranges, lookup.range);
      case 'network':
        return slot(this.networks, lookup);
    }
  }
}

interface Slot<Value> {
  get(): Value | undefined;
  set(value: Value): void;
  delete(): void;
}

interface Store<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): unknown;
  delete(key: Key): unknown;
}

function slot<Key, Value>(store: Store<Key, Value>, key: Key): Slot<Value> {
  return {
    get: () => store.get(key),
    set: (value) => {
      store.set(key, value);
    },
    delete: () => {
      store.delete(key);
    },
  };
}
