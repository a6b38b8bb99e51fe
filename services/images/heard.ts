import { fromItem, type Item } from './item.ts';

/** What was said of a picture last, by one type of event; kept beside its review. */
export interface Heard {
  /** `ImageScanned.v1` */
  readonly type: string;
  readonly producer: string;
  /** ISO 8601 in UTC. */
  readonly occurredAt: string;
  /** The event's data without `image`. */
  readonly said: Readonly<Record<string, unknown>>;
}

/** Where it stands: `pk` = imageId, `sk` = `heard#<type>`. */
export function heardKey(imageId: string, type: string) {
  return { pk: imageId, sk: `${HEARD}${type}` };
}

/** Before the key of every one of them. */
export const HEARD = 'heard#';

/** What was kept. */
export function readHeard(item: Item): Heard {
  const { type, producer, occurredAt, said } = fromItem(item) as Readonly<Record<string, string>>;
  return { type, producer, occurredAt, said: JSON.parse(said ?? '{}') } as Heard;
}
