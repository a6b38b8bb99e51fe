import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { awaitedConsumers } from '../../../../services/images/awaited-answers.ts';
import type { Image } from '../../../../services/images/image.ts';
import { rankOf } from '../../../../services/images/update-profile/rank.ts';
import { reachVerdict } from '../../../../services/images/verdict.ts';
import { uuidv7 } from '../../../../services/runtime/uuidv7.ts';
import { good, imageOf, refused, said, threat, thumbnail, uploaded } from '../image-events.ts';
import { openImagesApi } from './open-images-api.ts';

let api: Awaited<ReturnType<typeof openImagesApi>>;
beforeAll(async () => {
  api = await openImagesApi();
});
afterAll(() => api.end());

/** What S3 would put the name of the sent file for. */
const FILE_NAME = '$' + '{filename}';

const admin = { sub: 'root', scope: 'openid fanbus/admin' };

/** Another user at every call, so that tests see nothing of each other. */
function newUser() {
  const sub = `user-${randomUUID()}`;
  const claims = { sub };
  return {
    sub,
    claims,
    picture: (name = 'me.png') => imageOf(uploaded({ key: `profile-pictures/${sub}/${name}` })),
    list: (query = '') => api.ask({ route: 'GET /images', query, claims }),
    get: (id: string, headers = {}) => api.ask({ route: 'GET /images/{id}', path: { id }, headers, claims }),
  };
}

function approved(image: Image) {
  const thumbnails = [{ ...thumbnail, key: `derived/${image.imageId}/square-256.webp` }];
  const opinions = awaitedConsumers.map(
    (consumer) => ({ consumer, stance: 'approve', reasons: [] }) as const,
  );
  const verdict = reachVerdict({ awaited: awaitedConsumers, opinions });
  return said('ImageReviewed.v1', { image, ...verdict, thumbnails });
}

function converted(image: Image, key = `derived/${image.imageId}/master.avif`) {
  const result = { key, format: 'avif', width: 512, height: 512, bytes: 18_000 } as const;
  return said('FormatConverted.v1', { image, tookMs: 300, result });
}

describe('POST /images', () => {
  const body = { name: 'me at home.jpg', contentType: 'image/jpeg' };

  it("signs a form for one key of the caller's, one type, and 1 byte to 25 MiB, for ten minutes", async () => {
    const { sub, claims } = newUser();
    const { status, body: form } = await api.ask({ route: 'POST /images', body, claims });
    expect(status).toBe(201);
    const key = `profile-pictures/${sub}/${form.uploadId}/me at home.jpg`;
    expect(form.fields).toMatchObject({ key, bucket: 'images', 'Content-Type': 'image/jpeg' });
    expect(form.maxBytes).toBe(26_214_400);
    const policy = JSON.parse(Buffer.from(form.fields.Policy, 'base64').toString());
    expect(policy.conditions).toEqual(
      expect.arrayContaining([
        ['content-length-range', 1, 26_214_400],
        { key },
        { bucket: 'images' },
        { 'Content-Type': 'image/jpeg' },
      ]),
    );
    expect(Math.abs(Date.parse(policy.expiration) - Date.parse(form.expiresAt))).toBeLessThan(60_000);
    expect(new URL(form.url).host).toBe('images.s3.eu-central-1.amazonaws.com');
  });

  it.each([
    ['a/b.jpg', 'image/jpeg', '/body/name'],
    ['..', 'image/jpeg', '/body/name'],
    [FILE_NAME, 'image/jpeg', '/body/name'],
    [`\u2028${FILE_NAME}.jpg`, 'image/jpeg', '/body/name'],
    ['x'.repeat(101), 'image/jpeg', '/body/name'],
    ['', 'image/jpeg', '/body/name'],
    ['me.svg', 'image/svg+xml', '/body/contentType'],
  ])('refuses the name %s as %s', async (name, contentType, pointer) => {
    const answer = await api.ask({ route: 'POST /images', body: { name, contentType } });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  it('refuses what it does not know, and who has no token', async () => {
    expect(await api.ask({ route: 'POST /images', body: { ...body, owner: 'bob' } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/body/owner' }] },
    });
    expect(await api.ask({ route: 'POST /images', body, claims: undefined })).toMatchObject({ status: 401 });
  });
});

describe('GET /images', () => {
  it("lists the caller's pictures, those whose upload began last first, page by page", async () => {
    const { sub, picture, list } = newUser();
    const images: Image[] = [];
    for (let n = 0; n < 5; n += 1) {
      api.advance(1_000);
      // One of them did not come by the API.
      const folder = n === 2 ? '' : `${uuidv7(api.now())}/`;
      const image = picture(`${folder}${n}.png`);
      await api.begin(image);
      await api.begin(image);
      images.push(image);
    }
    await api.begin(newUser().picture());

    const names: string[] = [];
    let cursor = '';
    let pages = 0;
    do {
      const { status, body } = await list(`limit=2${cursor}`);
      expect(status).toBe(200);
      names.push(...body.images.map(({ name }: { name: string }) => name));
      cursor = body.nextCursor === undefined ? '' : `&cursor=${body.nextCursor}`;
      pages += 1;
    } while (cursor !== '');
    expect(names).toEqual(['4.png', '3.png', '2.png', '1.png', '0.png']);
    expect(pages).toBe(3);
    const { body } = await list('limit=5');
    expect(body.images[2]).toEqual({
      id: images[2]?.imageId,
      userId: sub,
      name: '2.png',
      bytes: 389_231,
      status: 'pending',
      startedAt: expect.stringMatching(/Z$/),
    });
  });

  it('tells what came of one upload: nothing, then all that was sent with its form', async () => {
    const { picture, list } = newUser();
    const [uploadId, other] = [uuidv7(api.now()), uuidv7(api.now())];
    expect((await list(`uploadId=${uploadId}`)).body).toEqual({ images: [] });
    const [first, second, third] = [uploadId, uploadId, other].map((id) => picture(`${id}/me.png`));
    if (!first || !second || !third) throw new Error('three pictures are wanted');
    for (const image of [first, second, third]) {
      api.advance(1_000);
      await api.begin(image);
    }
    await api.hear('gather-verdict', approved(first));
    expect((await list(`uploadId=${uploadId}`)).body).toMatchObject({
      images: [
        { id: second.imageId, uploadId, name: 'me.png', status: 'pending' },
        { id: first.imageId, uploadId, name: 'me.png', status: 'approved' },
      ],
    });
  });

  it("tells nobody of another's upload", async () => {
    const uploadId = uuidv7(api.now());
    await api.begin(newUser().picture(`${uploadId}/me.png`));
    expect((await newUser().list(`uploadId=${uploadId}`)).body).toEqual({ images: [] });
    expect(
      (await api.ask({ route: 'GET /images', query: '', claims: { sub: 'nobody' } })).body.images,
    ).toEqual([]);
  });

  it('goes on in the list that the cursor is of, for its owner and for an admin', async () => {
    const [grace, ada] = [newUser(), newUser()];
    for (const { picture } of [grace, ada]) {
      for (const name of ['1.png', '2.png']) await api.begin(picture(name));
    }
    const { nextCursor } = (await grace.list('limit=1')).body;
    const asAdmin = (query: string) => api.ask({ route: 'GET /images', query, claims: admin });
    expect((await grace.list(`cursor=${nextCursor}`)).body.images).toHaveLength(1);
    expect((await asAdmin(`owner=${grace.sub}&cursor=${nextCursor}`)).body.images).toHaveLength(1);
    for (const answer of [
      await ada.list(`cursor=${nextCursor}`),
      await asAdmin(`cursor=${nextCursor}`),
      await asAdmin(`owner=${ada.sub}&cursor=${nextCursor}`),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '/query/cursor' }] } });
    }
  });

  it("lists an owner's pictures to the owner and to an admin, and tells others that it takes one", async () => {
    const { sub, picture, list } = newUser();
    const image = picture();
    await api.begin(image);
    const asAdmin = (owner: string) =>
      api.ask({ route: 'GET /images', query: `owner=${owner}`, claims: admin });
    for (const { body } of [await list(`owner=${sub}`), await asAdmin(sub)]) {
      expect(body.images).toMatchObject([{ id: image.imageId, userId: sub }]);
    }
    expect((await asAdmin('nobody-at-all')).body).toEqual({ images: [] });
    expect(await asAdmin('a%2Fb')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/owner' }] },
    });
    expect(await newUser().list(`owner=${sub}`)).toMatchObject({
      status: 403,
      body: { detail: expect.stringContaining('fanbus/admin'), errors: [{ pointer: '/query/owner' }] },
    });
  });

  it('refuses what is no cursor, or one of another list', async () => {
    const { picture, list } = newUser();
    const uploadId = uuidv7(api.now());
    for (const _ of [1, 2]) await api.begin(picture(`${uploadId}/me.png`));
    const { nextCursor } = (await list(`limit=1&uploadId=${uploadId}`)).body;
    expect((await list(`cursor=${nextCursor}&uploadId=${uploadId}`)).body.images).toHaveLength(1);
    for (const query of ['cursor=x', `cursor=${nextCursor}&uploadId=${randomUUID()}`]) {
      expect(await list(query)).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/query/cursor' }] },
      });
    }
    expect(await list('limit=101')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/limit' }] },
    });
    expect(await list('uploadId=7')).toMatchObject({ status: 400 });
  });
});

describe('GET /images/{id}', () => {
  it('tells what every service has said so far, also of whom the verdict does not wait for', async () => {
    const { sub, picture, get } = newUser();
    const image = picture();
    await api.begin(image);
    await api.hear('scan-image', good['ImageScanned.v1'](image));
    await api.hear('make-thumbnails', refused('ThumbnailsMade.v1', image, 'damaged', 'it ends too early'));
    const metadata = { format: 'png', keywords: [], hadGps: false };
    await api.hear('read-metadata', said('MetadataRead.v1', { image, tookMs: 4, result: metadata }));
    const { status, body } = await get(image.imageId);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: image.imageId,
      userId: sub,
      name: 'me.png',
      bytes: 389_231,
      status: 'pending',
      reasons: [],
      answers: [
        {
          consumer: 'make-thumbnails',
          isAwaited: true,
          state: 'refused',
          event: 'ThumbnailsMade.v1',
          answeredAt: expect.stringMatching(/Z$/),
          tookMs: 1,
          refusal: { code: 'damaged', reason: 'it ends too early' },
        },
        {
          consumer: 'scan-image',
          isAwaited: true,
          state: 'answered',
          event: 'ImageScanned.v1',
          answeredAt: expect.stringMatching(/Z$/),
          tookMs: 12,
          result: { clean: true, engines: ['yara-x'], threats: [] },
        },
        { consumer: 'moderate-image', isAwaited: true, state: 'pending' },
        { consumer: 'detect-faces', isAwaited: true, state: 'pending' },
        {
          consumer: 'read-metadata',
          isAwaited: false,
          state: 'answered',
          event: 'MetadataRead.v1',
          answeredAt: expect.stringMatching(/Z$/),
          tookMs: 4,
          result: metadata,
        },
      ],
      thumbnails: [],
      startedAt: expect.stringMatching(/Z$/),
    });
  });

  it('names who is missing once the verdict does', async () => {
    const { picture, get } = newUser();
    const image = picture();
    await api.begin(image);
    const verdict = reachVerdict({ awaited: awaitedConsumers, opinions: [] });
    await api.hear('close-review', said('ImageReviewed.v1', { image, ...verdict }));
    const { body } = await get(image.imageId);
    expect(body).toMatchObject({ status: 'needs-review', reasons: verdict.reasons });
    expect(body.answers).toEqual(
      awaitedConsumers.map((consumer) => ({ consumer, isAwaited: true, state: 'missing' })),
    );
  });

  it('links the thumbnails and the master of an approved picture', async () => {
    const { picture, get } = newUser();
    const image = picture();
    await api.begin(image);
    await api.hear('gather-verdict', approved(image));
    await api.hear('convert-format', converted(image));
    const { body } = await get(image.imageId);
    expect(body).toMatchObject({
      status: 'approved',
      thumbnails: [{ variant: 'square', size: 256, width: 256, height: 256, format: 'webp', bytes: 8342 }],
      master: { format: 'avif', width: 512, height: 512, bytes: 18_000 },
    });
    for (const { url } of [body.thumbnails[0], body.master]) {
      expect(new URL(url).pathname).toMatch(new RegExp(`^/derived/${image.imageId}/`));
      expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('900');
    }
    expect(body.thumbnails[0]).not.toHaveProperty('key');
  });

  it('links nothing of a picture that is not approved, and says nothing of quarantine', async () => {
    const { picture, get } = newUser();
    const image = picture();
    await api.begin(image);
    await api.hear('scan-image', threat(image));
    await api.hear('convert-format', converted(image));
    const opinions = [{ consumer: 'scan-image', stance: 'reject', reasons: ['EICAR'] }] as const;
    const verdict = reachVerdict({ awaited: awaitedConsumers, opinions });
    await api.hear(
      'gather-verdict',
      said('ImageReviewed.v1', { image, ...verdict, thumbnails: [thumbnail] }),
    );
    const { body } = await get(image.imageId);
    expect(body).toMatchObject({ status: 'rejected', thumbnails: [] });
    expect(JSON.stringify(body)).not.toMatch(/quarantine\/|X-Amz/);
  });

  it('links nothing that was not made of this very picture', async () => {
    const { picture, get } = newUser();
    const image = picture();
    await api.begin(image);
    const { detail, ...event } = approved(image);
    const thumbnails = [thumbnail, { ...thumbnail, key: `quarantine/${image.imageId}/me.png` }];
    await api.hear('gather-verdict', {
      ...event,
      detail: { ...detail, data: { ...detail.data, thumbnails } },
    });
    await api.hear('convert-format', converted(image, image.key));
    const { body } = await get(image.imageId);
    expect(body).toMatchObject({ status: 'approved', thumbnails: [] });
    expect(body).not.toHaveProperty('master');
  });

  it('answers 304 until something changes, and in time for links that still work', async () => {
    const { picture, get } = newUser();
    const image = picture();
    await api.begin(image);
    const poll = async (etag?: string) => {
      const { status, headers } = await get(image.imageId, etag ? { 'if-none-match': etag } : {});
      return { status, etag: String(headers?.etag) };
    };
    const pending = await poll();
    api.advance(300_000);
    expect(await poll(pending.etag)).toEqual({ status: 304, etag: pending.etag });
    await api.hear('gather-verdict', approved(image));
    const verdict = await poll(pending.etag);
    expect(verdict.status).toBe(200);
    expect((await poll(verdict.etag)).status).toBe(304);
    api.advance(300_000);
    expect((await poll(verdict.etag)).status).toBe(200);
  });

  it("is 404 for another's picture as for none, and told to an administrator", async () => {
    const image = newUser().picture();
    await api.begin(image);
    const others = await newUser().get(image.imageId);
    const none = await newUser().get(randomUUID());
    for (const answer of [others, none]) {
      expect(answer.status).toBe(404);
      expect(answer.body.detail).toMatch(/^you have no picture [0-9a-f-]{36}$/);
    }
    const request = { route: 'GET /images/{id}', path: { id: image.imageId } };
    expect(await api.ask({ ...request, claims: admin })).toMatchObject({ status: 200 });
    expect(await newUser().get('7')).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/path/id' }] },
    });
  });

  it('is 404 while only an answer is heard and no review has begun', async () => {
    const { picture, get } = newUser();
    const image = picture();
    await api.hear('scan-image', good['ImageScanned.v1'](image));
    expect((await get(image.imageId)).status).toBe(404);
  });
});

describe('GET /users/{id}', () => {
  const ask = (id: string, claims: Readonly<Record<string, string>>, headers = {}) =>
    api.ask({ route: 'GET /users/{id}', path: { id }, claims, headers });

  it('tells which picture is shown, and how the newest upload stands', async () => {
    const { sub, claims, picture } = newUser();
    expect((await ask(sub, claims)).status).toBe(404);
    const image = picture();
    const newer = picture();
    const thumbnails = [{ ...thumbnail, key: `derived/${image.imageId}/square-256.webp` }];
    const place = { userId: sub, rank: rankOf(image, 4) };
    await api.profiles.put({ ...place, slot: 'picture' }, { image, thumbnails });
    await api.profiles.put(
      { userId: sub, slot: 'upload', rank: rankOf(newer) },
      { image: newer, status: 'rejected', reasons: ['no face'] },
    );
    const { status, body, headers } = await ask(sub, claims);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      userId: sub,
      upload: { imageId: newer.imageId, status: 'rejected', reasons: ['no face'] },
      picture: { imageId: image.imageId, thumbnails: [{ size: 256, url: expect.stringMatching(/^https:/) }] },
    });
    expect((await ask(sub, claims, { 'if-none-match': String(headers?.etag) })).status).toBe(304);
    expect((await ask(sub, admin)).body).toMatchObject({ userId: sub });
    expect((await ask(sub, newUser().claims)).status).toBe(404);
  });
});
