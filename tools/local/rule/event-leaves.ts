import type { EventFields, Field, Path, Place } from './event-fields.ts';
import { type KeyNode, linkPath, newKeyNode, unlinkPath } from './key-node.ts';
import type { Leaf } from './matcher.ts';
import { PathLeaves } from './path-leaves.ts';

/** The leaves of one event at a time, under the paths that are asked for and no others. */
export class EventLeaves implements EventFields {
  /** Where the walk through an event's keys begins. */
  readonly root: KeyNode = newKeyNode();
  private readonly asked = new Map<string, { readonly leaves: PathLeaves; users: number }>();
  /** Counts the events. */
  number = 0;
  /** The paths under which this event has something. */
  readonly present: PathLeaves[] = [];
  /** True when two leaves may stand in different elements of one array, so that meeting each condition is not enough. */
  isPlaced = false;

  /** Asks for a path until `release`. */
  acquire(path: Path): PathLeaves {
    let entry = this.asked.get(path.text);
    if (entry === undefined) {
      entry = { leaves: new PathLeaves(path), users: 0 };
      this.asked.set(path.text, entry);
      linkPath(this.root, entry.leaves);
    }
    entry.users += 1;
    return entry.leaves;
  }

  release({ path }: PathLeaves): void {
    const entry = this.asked.get(path.text);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    this.asked.delete(path.text);
    unlinkPath(this.root, path);
    this.clear();
  }

  /** Begins the next event. */
  clear(): void {
    this.number += 1;
    for (const leaves of this.present) leaves.clear();
    this.present.length = 0;
    this.isPlaced = false;
  }

  add(leaves: PathLeaves, leaf: Leaf, place: Place | undefined): void {
    if (leaves.count === 0) this.present.push(leaves);
    if (place !== undefined) this.isPlaced = true;
    leaves.add(leaf, place);
  }

  /** Takes the leaves of an event that has been parsed. */
  readFrom(fields: EventFields): void {
    this.clear();
    for (const { leaves } of this.asked.values()) {
      for (const { leaf, place } of fields.at(leaves.path)) this.add(leaves, leaf, place);
    }
  }

  at(path: Path): readonly Field[] {
    return this.asked.get(path.text)?.leaves.fields() ?? [];
  }
}
