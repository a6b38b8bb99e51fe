import { expect, it } from 'vitest';
import { createBodyStore } from '../../../../tools/local/source/body-store.ts';

async function* bytes(text: string) {
  yield Buffer.from(text);
}

async function textOf(chunks: AsyncIterable<Buffer>): Promise<string> {
  let text = '';
  for await (const chunk of chunks) text += chunk.toString();
  return text;
}

it('keeps bodies that arrive together apart', async () => {
  const store = createBodyStore();
  try {
    const bodies = await Promise.all(['one', 'two', 'three'].map((text) => store.write(bytes(text))));
    expect(await Promise.all(bodies.map((body) => textOf(store.read(body))))).toEqual([
      'one',
      'two',
      'three',
    ]);
  } finally {
    await store.close();
  }
});

it('reads a range across the bodies that were joined', async () => {
  const store = createBodyStore();
  try {
    const joined = store.join([await store.write(bytes('abc')), await store.write(bytes('def'))]);
    expect(await textOf(store.read(joined, { start: 1, end: 4 }))).toBe('bcde');
    expect(await textOf(store.read(joined, { start: 0, end: 1 }))).toBe('ab');
    expect(await textOf(store.read(joined))).toBe('abcdef');
  } finally {
    await store.close();
  }
});
