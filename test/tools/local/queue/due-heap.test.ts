import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createDueHeap } from '../../../../tools/local/queue/due-heap.ts';

it('gives everything that is due, earliest first, and nothing that is not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 100 })),
      fc.integer({ min: 0, max: 100 }),
      (times, now) => {
        const heap = createDueHeap<number>();
        for (const time of times) heap.push(time, time);
        const popped: number[] = [];
        for (let item = heap.popDue(now); item !== undefined; item = heap.popDue(now)) popped.push(item);
        const sorted = times.toSorted((a, b) => a - b);
        expect(popped).toEqual(sorted.filter((time) => time <= now));
        expect(heap.nextDueAt()).toBe(sorted.find((time) => time > now));
      },
    ),
  );
});
