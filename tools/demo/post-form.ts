import { randomUUID } from 'node:crypto';

export interface PostFormOptions {
  /** Where to, and the fields of the form, as the API answers them. */
  readonly form: { readonly url: string; readonly fields: Readonly<Record<string, string>> };
  /** Read once, so that a file may be of any size. */
  readonly content: AsyncIterable<Uint8Array | string>;
  /** How much that is: S3 wants to know it beforehand. */
  readonly bytes: number;
  readonly signal: AbortSignal;
}

/** Sends a file to S3 with a signed form. Resolves with S3's words when it is too small or too large for the form. */
export async function postForm({
  form,
  content,
  bytes,
  signal,
}: PostFormOptions): Promise<string | undefined> {
  const boundary = randomUUID();
  const part = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"`;
  const fields = Object.entries(form.fields).map(([name, value]) => `${part(name)}\r\n\r\n${value}\r\n`);
  const head = Buffer.from(`${fields.join('')}${part('file')}; filename="file"\r\n\r\n`);
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  async function* body(): AsyncGenerator<Uint8Array> {
    yield head;
    for await (const chunk of content) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    yield tail;
  }

  const response = await fetch(form.url, {
    method: 'POST',
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'content-length': `${head.length + bytes + tail.length}`,
    },
    body: body(),
    duplex: 'half',
    signal,
  });
  const answer = await response.text();
  if (response.ok) return undefined;
  const [, code = '', message = ''] = /<Code>(.*?)<\/Code>.*?<Message>(.*?)<\/Message>/s.exec(answer) ?? [];
  if (code === 'EntityTooSmall' || code === 'EntityTooLarge') return `${message} (${code})`;
  throw new Error(`S3 answers the form with ${response.status}: ${answer}`);
}
