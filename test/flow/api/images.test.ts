import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eicarPng, photo } from '../../pictures/index.ts';
import { badTokens } from '../bad-tokens.ts';
import { type ApiFlow, openApiFlow } from '../open-api-flow.ts';

interface Form {
  readonly uploadId: string;
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly maxBytes: number;
}

let flow: ApiFlow;
beforeAll(async () => {
  flow = await openApiFlow();
});
afterAll(() => flow.close());

async function begin(sub: string): Promise<Form> {
  const { status, body } = await flow.ask({
    route: 'POST /images',
    sub,
    body: { name: 'me.png', contentType: 'image/png' },
  });
  expect(status).toBe(201);
  return body;
}

async function send({ url, fields }: Form, picture: Buffer): Promise<{ status: number; text: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob([new Uint8Array(picture)]), 'C:\\me.png');
  const answer = await fetch(url, { method: 'POST', body: form });
  return { status: answer.status, text: await answer.text() };
}

describe('a form', () => {
  it('takes one picture, of its type, under its key, and of up to 25 MiB', async () => {
    const form = await begin('forms');
    const withField = (name: string, value: string) => ({
      ...form,
      fields: { ...form.fields, [name]: value },
    });
    const refusals = [
      [withField('Content-Type', 'text/html'), photo('cat.png')],
      [withField('key', 'profile-pictures/ada/me.png'), photo('cat.png')],
      [withField('key', 'quarantine/me.png'), photo('cat.png')],
      [form, Buffer.alloc(0)],
      [form, Buffer.alloc(form.maxBytes + 1)],
    ] as const;
    for (const [changed, picture] of refusals) {
      const { status, text } = await send(changed, picture);
      expect([400, 403]).toContain(status);
      expect(text).toMatch(/Policy|EntityTooSmall|EntityTooLarge/);
    }
    const { body } = await flow.ask({ route: `GET /images?uploadId=${form.uploadId}`, sub: 'forms' });
    expect(body).toEqual({ images: [] });
  });
});

describe('a picture', () => {
  let grace: Form;
  let mallory: Form;
  beforeAll(async () => {
    [grace, mallory] = await Promise.all([begin('grace'), begin('mallory')]);
    expect((await send(grace, photo('portrait.png'))).status).toBe(204);
    expect((await send(mallory, await eicarPng())).status).toBe(204);
    await flow.untilQuiet();
  });

  async function find(sub: string, { uploadId }: Form) {
    const { body } = await flow.ask({ route: `GET /images?uploadId=${uploadId}`, sub });
    expect(body.images).toHaveLength(1);
    return body.images[0];
  }

  it('is found by its upload, and told with all that was said of it, with links to what was made of it', async () => {
    const found = await find('grace', grace);
    const { id } = found;
    expect(found).toMatchObject({ name: 'me.png', userId: 'grace', status: 'approved' });

    const { status, body, headers } = await flow.ask({ route: `GET /images/${id}`, sub: 'grace' });
    expect(status).toBe(200);
    expect(body).toMatchObject({ ...found, uploadId: grace.uploadId, reasons: [] });
    const said = body.answers.map(({ consumer, state }: Record<string, string>) => `${consumer} ${state}`);
    expect(said.slice(0, 4)).toEqual([
      'make-thumbnails answered',
      'scan-image answered',
      'moderate-image answered',
      'detect-faces answered',
    ]);
    expect(said).toEqual(expect.arrayContaining(['read-metadata answered', 'convert-format answered']));
    expect(body.answers[3].result).toMatchObject({ count: 1 });

    expect(body.thumbnails).toHaveLength(12);
    for (const made of [body.thumbnails[0], body.master]) {
      const answer = await fetch(made.url);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('content-type')).toBe(`image/${made.format}`);
      expect((await answer.arrayBuffer()).byteLength).toBe(made.bytes);
    }
    const poll = { sub: 'grace', headers: { 'if-none-match': String(headers.get('etag')) } };
    expect((await flow.ask({ route: `GET /images/${id}`, ...poll })).status).toBe(304);
  });

  it('is shown of its user, to the user and to administrators', async () => {
    const { id } = await find('grace', grace);
    const { body } = await flow.ask({ route: 'GET /users/grace', sub: 'grace' });
    expect(body).toMatchObject({
      userId: 'grace',
      upload: { imageId: id, status: 'approved', reasons: [] },
      picture: { imageId: id },
    });
    expect((await fetch(body.picture.thumbnails[0].url)).status).toBe(200);
    expect((await flow.ask({ route: 'GET /users/grace', sub: 'root', scope: 'fanbus/admin' })).status).toBe(
      200,
    );
    for (const path of ['/users/grace', `/images/${id}`]) {
      expect((await flow.ask({ route: `GET ${path}`, sub: 'mallory' })).status).toBe(404);
    }
    expect(
      (await flow.ask({ route: `GET /images?uploadId=${grace.uploadId}`, sub: 'mallory' })).body.images,
    ).toEqual([]);
  });

  it("is in its owner's list for an admin, and for no stranger", async () => {
    const list = (owner: string, who: { sub: string; scope?: string }) =>
      flow.ask({ route: `GET /images?owner=${owner}`, ...who });
    const admin = { sub: 'root', scope: 'fanbus/admin' };
    const own = await list('grace', { sub: 'grace' });
    expect(own.body.images).toMatchObject([{ userId: 'grace', uploadId: grace.uploadId }]);
    expect((await list('grace', admin)).body).toEqual(own.body);
    expect((await list('nobody-at-all', admin)).body).toEqual({ images: [] });
    expect(await list('a%2Fb', admin)).toMatchObject({ status: 400 });
    expect(await list('grace', { sub: 'mallory' })).toMatchObject({
      status: 403,
      body: { type: 'urn:fanbus:problem:forbidden', errors: [{ pointer: '/query/owner' }] },
    });
  });

  it('with a threat in it is told of, and never linked', async () => {
    const { id, status } = await find('mallory', mallory);
    expect(status).toBe('rejected');
    const { body } = await flow.ask({ route: `GET /images/${id}`, sub: 'mallory' });
    expect(body.reasons.join()).toMatch(/EICAR/i);
    expect(body.thumbnails).toEqual([]);
    expect(JSON.stringify(body)).not.toMatch(/quarantine\/|X-Amz-/);
    const { body: user } = await flow.ask({ route: 'GET /users/mallory', sub: 'mallory' });
    expect(user).toMatchObject({ upload: { imageId: id, status: 'rejected' } });
    expect(user).not.toHaveProperty('picture');
  });
});

describe('a request', () => {
  const body = { name: 'me.png', contentType: 'image/png' };

  it('is refused with the reason when it is not as described', async () => {
    const bad = [
      [{ body: '{' }, 400, 'malformed-json'],
      [{ body: { ...body, key: 'quarantine/me.png' } }, 400, 'invalid-request'],
      [{ body: { ...body, name: 'x'.repeat(70_000) } }, 413, 'too-large'],
      [{ body, headers: { 'content-type': 'text/plain' } }, 415, 'unsupported-media-type'],
    ] as const;
    for (const [request, status, type] of bad) {
      const answer = await flow.ask({ route: 'POST /images', ...request });
      expect(answer).toMatchObject({ status, body: { status, type: `urn:fanbus:problem:${type}` } });
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
    expect((await flow.ask({ route: 'GET /images?user=grace' })).status).toBe(400);
  });

  it('under one Idempotency-Key is answered once', async () => {
    const headers = { 'idempotency-key': 'one' };
    const [first, again] = [
      await flow.ask({ route: 'POST /images', body, headers }),
      await flow.ask({ route: 'POST /images', body, headers }),
    ];
    expect(again.body).toEqual(first.body);
    const other = { ...body, name: 'other.png' };
    expect((await flow.ask({ route: 'POST /images', body: other, headers })).status).toBe(422);
  });

  it('is answered with 401 by nobody but API Gateway, whatever is wrong with its token', async () => {
    const tokens = Object.entries(await badTokens(flow));
    expect(tokens.length).toBeGreaterThan(5);
    for (const [name, token] of tokens) {
      for (const route of ['GET /images', 'POST /images', 'GET /images/x', 'GET /users/ada']) {
        const answer = await flow.ask({ route, token, ...(route.startsWith('POST') ? { body } : {}) });
        expect(answer, name).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
      }
    }
  });
});
