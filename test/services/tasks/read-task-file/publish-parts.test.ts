import { expect, it } from 'vitest';
import { publishParts } from '../../../../services/tasks/read-task-file/publish-parts.ts';
import type { Part } from '../../../../services/tasks/read-task-file/read-parts.ts';

const from = { byte: 6, line: 2, part: 0, rows: 0 };
const at = (part: number) => ({ byte: 6 + part, line: 2 + part, part, rows: part });

async function* parts(count: number): AsyncGenerator<Part> {
  for (let part = 0; part < count; part += 1) yield { part, rows: [{ line: part + 2 }], next: at(part + 1) };
}

const publish = (count: number, options: Partial<Parameters<typeof publishParts>[0]>) =>
  publishParts({
    file: { taskFileId: 'file', owner: 'ada' },
    parts: parts(count),
    from,
    send: async () => {},
    isTimeShort: () => false,
    ...options,
  });

it('publishes ten parts in a request, and the rest', async () => {
  const sent: number[][] = [];
  const send = async (batch: readonly { part: number }[]) => sent.push(batch.map(({ part }) => part));
  expect(await publish(23, { send })).toEqual({ next: at(23), isPaused: false });
  expect(sent.map(({ length }) => length)).toEqual([10, 10, 3]);
  expect(sent.flat()).toEqual(Array.from({ length: 23 }, (_, n) => n));
});

it('has at most three requests under way, and returns when all are answered', async () => {
  let [underWay, most, answered] = [0, 0, 0];
  const send = async () => {
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => setImmediate(resolve));
    underWay -= 1;
    answered += 1;
  };
  await publish(100, { send });
  expect([most, answered]).toEqual([3, 10]);
});

it('pauses between two requests when time is short', async () => {
  let looks = 0;
  const isTimeShort = () => {
    looks += 1;
    return looks === 2;
  };
  expect(await publish(100, { isTimeShort })).toEqual({ next: at(20), isPaused: true });
});

it.each([0, 4, 9])('refuses to return when request %i failed', async (failing) => {
  let requests = 0;
  const send = async () => {
    requests += 1;
    if (requests === failing + 1) throw new Error('the bus is down');
  };
  await expect(publish(100, { send })).rejects.toThrow('the bus is down');
});

it('has nothing to publish of an empty file', async () => {
  expect(await publish(0, {})).toEqual({ next: from, isPaused: false });
});
