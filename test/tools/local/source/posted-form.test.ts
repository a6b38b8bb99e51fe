import { describe, expect, it } from 'vitest';
import { readPostedForm } from '../../../../tools/local/source/posted-form.ts';

const BOUNDARY = 'x7';
const CONTENT_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
/** Has all that a delimiter begins with. */
const awkward = `\r\n--x\r\n--\r\n\r\n--${BOUNDARY.slice(0, 1)}8\r\r\n-`;

function part(name: string, value: string, more = ''): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
}

const whole = `${part('Key', 'task-files/a')}${part('policy', 'e30=')}${part('file', awkward, '; filename="say %22hi%22.csv"\r\nContent-Type: text/csv')}${part('late', 'x')}--${BOUNDARY}--\r\n`;

async function read(body: string, { chunkBytes = 65_536, contentType = CONTENT_TYPE } = {}) {
  async function* chunks() {
    const bytes = Buffer.from(body);
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  }
  const { fields, fileName, file } = await readPostedForm(chunks(), contentType);
  const pieces: Buffer[] = [];
  for await (const piece of file) pieces.push(piece);
  return { fields: Object.fromEntries(fields), fileName, file: Buffer.concat(pieces).toString() };
}

describe('a form', () => {
  it.each([1, 2, 3, 7, 64, 65_536])('is the same in chunks of %i bytes', async (chunkBytes) => {
    expect(await read(whole, { chunkBytes })).toEqual({
      fields: { key: 'task-files/a', policy: 'e30=' },
      fileName: 'say "hi".csv',
      file: awkward,
    });
  });

  it('is read as fetch writes it', async () => {
    const form = new FormData();
    form.set('key', 'süß/🍋');
    form.set('file', new File([awkward], 'a "b"\n.csv'));
    const request = new Response(form);
    const contentType = request.headers.get('content-type') ?? '';
    expect(await read(await request.text(), { contentType })).toEqual({
      fields: { key: 'süß/🍋' },
      fileName: 'a "b"\n.csv',
      file: awkward,
    });
  });

  it.each([
    ['a body of another type', whole, { contentType: 'application/json' }, 'MalformedPOSTRequest'],
    ['a body that is no form', 'title\nMilk', {}, 'MalformedPOSTRequest'],
    ['a file that is cut off', whole.slice(0, -100), {}, 'MalformedPOSTRequest'],
    ['a form without a file', `${part('key', 'a')}--${BOUNDARY}--\r\n`, {}, 'InvalidArgument'],
    ['fields without an end', part('key', 'a'.repeat(30_000)), {}, 'MaxPostPreDataLengthExceeded'],
  ])('is refused for %s', async (_, body, options, code) => {
    await expect(read(body, options)).rejects.toMatchObject({ code });
  });
});
