import type { Field, Path, Place } from './event-fields.ts';
import type { Leaf } from './matcher.ts';

/** What one event has under one path. Kept from event to event, so that matching allocates little. */
export class PathLeaves {
  readonly path: Path;
  /** The leaves are the first `count`; what stands behind them is of earlier events. */
  readonly leaves: Leaf[] = [];
  count = 0;
  private readonly places: (Place | undefined)[] = [];
  private placed = 0;
  private asFields: readonly Field[] | undefined;

  constructor(path: Path) {
    this.path = path;
  }

  add(leaf: Leaf, place: Place | undefined): void {
    this.asFields = undefined;
    this.leaves[this.count] = leaf;
    this.places[this.count] = place;
    this.count += 1;
    if (place !== undefined) this.placed += 1;
  }

  clear(): void {
    this.count = 0;
    this.placed = 0;
  }

  /** True when a leaf stands in an element of an array, which not every other leaf goes with. */
  get isPlaced(): boolean {
    return this.placed > 0;
  }

  fields(): readonly Field[] {
    if (this.count === 0) return [];
    this.asFields ??= this.leaves
      .slice(0, this.count)
      .map((leaf, index) => ({ leaf, place: this.places[index] }));
    return this.asFields;
  }
}
