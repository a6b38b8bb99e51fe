import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Heard, heardKey, readHeard } from '../../../../services/images/heard.ts';
import { toItem } from '../../../../services/images/item.ts';
import { createNoter } from '../../../../services/images/note-answers/note-answers.ts';
import { reachVerdict } from '../../../../services/images/verdict.ts';
import type { EventOf, OwnEventType } from '../../../../services/runtime/event.ts';
import { done } from '../../../../services/runtime/outcome.ts';
import { startTable } from '../../runtime/fan-in/dynalite.ts';
import { faces, good, imageOf, refused, said, uploaded } from '../image-events.ts';

let table: Awaited<ReturnType<typeof startTable>>;
let note: ReturnType<typeof createNoter>;
beforeAll(async () => {
  table = await startTable();
  note = createNoter(table);
});
afterAll(() => table.close());

type Event = EventOf<OwnEventType>;

/** The same event, said at a second of one minute. */
function at(second: number, { detail, ...event }: Event): EventOf<'OwnEvent'> {
  const occurredAt = new Date(Date.UTC(2026, 10, 21, 9, 30, second)).toISOString();
  return { ...event, detail: { ...detail, metadata: { ...detail.metadata, occurredAt } } };
}

async function heard(imageId: string, type: OwnEventType): Promise<Heard | undefined> {
  const Key = toItem(heardKey(imageId, type));
  const { Item } = await table.client.send(new GetItemCommand({ TableName: table.tableName, Key }));
  return Item && readHeard(Item);
}

/** Hears the events in every order, each twice, each order of another picture; answers what stands at the end. */
async function inEveryOrder(
  type: OwnEventType,
  make: (image: ReturnType<typeof imageOf>) => readonly EventOf<'OwnEvent'>[],
) {
  const count = make(imageOf(uploaded())).length;
  return Promise.all(
    permutations(count).map(async (order) => {
      const image = imageOf(uploaded());
      const events = make(image);
      for (const index of [...order, ...order]) {
        const event = events[index];
        if (event) expect(await note(event)).toEqual(done());
      }
      return heard(image.imageId, type);
    }),
  );
}

function permutations(count: number): number[][] {
  if (count === 0) return [[]];
  return permutations(count - 1).flatMap((rest) =>
    Array.from({ length: count }, (_, place) => rest.toSpliced(place, 0, count - 1)),
  );
}

it('keeps who said it, when, and all that was said but the picture', async () => {
  const image = imageOf(uploaded());
  await note(at(1, good['ImageScanned.v1'](image)));
  expect(await heard(image.imageId, 'ImageScanned.v1')).toEqual({
    type: 'ImageScanned.v1',
    producer: 'test',
    occurredAt: '2026-11-21T09:30:01.000Z',
    said: { tookMs: 12, result: { clean: true, engines: ['yara-x'], threats: [] } },
  });
});

it('keeps what a type says that was made after it', async () => {
  const image = imageOf(uploaded());
  const event = at(1, good['ImageScanned.v1'](image));
  const data = { image, tookMs: 3, result: { pets: [{ kind: 'cat', name: null }] } };
  await note({ ...event, 'detail-type': 'PetsFound.v1', detail: { ...event.detail, data } });
  expect((await heard(image.imageId, 'PetsFound.v1' as OwnEventType))?.said).toEqual({
    tookMs: 3,
    result: { pets: [{ kind: 'cat', name: null }] },
  });
});

describe('in every order and however often', () => {
  it('keeps the newest', async () => {
    const all = await inEveryOrder('FacesDetected.v1', (image) =>
      [1, 2, 3].map((count) => at(count, faces(image, count))),
    );
    expect(all).toHaveLength(6);
    for (const one of all) expect(one?.said).toMatchObject({ result: { count: 3 } });
  });

  it('keeps an answer, when the picture is found gone later', async () => {
    const all = await inEveryOrder('FacesDetected.v1', (image) => [
      at(1, faces(image, 1)),
      at(2, refused('FacesDetected.v1', image, 'gone')),
    ]);
    for (const one of all) expect(one?.said).toMatchObject({ result: { count: 1 } });
  });

  it('keeps the verdict that rests on the most answers, whichever was said last', async () => {
    const verdict = (consumers: readonly string[]) =>
      reachVerdict({
        awaited: ['scan-image', 'detect-faces'],
        opinions: consumers.map((consumer) => ({ consumer, stance: 'approve', reasons: [] })),
      });
    const all = await inEveryOrder('ImageReviewed.v1', (image) => [
      at(3, said('ImageReviewed.v1', { image, ...verdict(['scan-image']) })),
      at(2, said('ImageReviewed.v1', { image, ...verdict(['scan-image', 'detect-faces']) })),
      at(1, said('ImageReviewed.v1', { image, ...verdict([]) })),
    ]);
    for (const one of all) expect(one?.said).toMatchObject({ verdict: 'approved', answered: 2, missing: [] });
  });
});

it('parks what names no picture', async () => {
  const event = at(1, good['ImageScanned.v1'](imageOf(uploaded())));
  const data = { image: { imageId: 7 } };
  expect(await note({ ...event, detail: { ...event.detail, data } })).toMatchObject({
    kind: 'park',
    reason: 'data.image.imageId is 7, and must be the UUID of a picture',
  });
});
