import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partBytes } from '../../../../services/tasks/read-task-file/read-parts.ts';
import { readAll, readRows } from './read-all.ts';

describe('rows', () => {
  it.each([
    ['LF', 'title,detail\na,b\nc,d\n'],
    ['CRLF', 'title,detail\r\na,b\r\nc,d\r\n'],
    ['CR', 'title,detail\ra,b\rc,d\r'],
    ['no end of the last line', 'title,detail\na,b\nc,d'],
    ['a byte order mark', '\uFEFFtitle,detail\na,b\nc,d\n'],
    ['semicolons', '"title";detail\na;b\nc;"d"\n'],
    ['tabs', 'title\tdetail\na\tb\nc\td\n'],
    ['a header in any order, case and spacing', 'other, DETAIL ,Title\n1,b,a\n2,d,c\n'],
    ['quoted cells', '"title","detail"\n"a","b"\n"c",d\n'],
    ['extra cells', 'title,detail\na,b,x,y\nc,d,\n'],
    ['spaces after a closing quote', 'title,detail\n"a" ,"b"\t\nc,d\n'],
  ])('reads %s', async (_, file) => {
    expect(await readRows(file)).toEqual([
      { line: 2, title: 'a', detail: 'b' },
      { line: 3, title: 'c', detail: 'd' },
    ]);
  });

  it('leaves out blank cells and cells that a short row lacks', async () => {
    expect(await readRows('title,detail,dueAt,isComplete\na,, ,\nb\n')).toEqual([
      { line: 2, title: 'a' },
      { line: 3, title: 'b' },
    ]);
  });

  it('skips empty lines but counts them, as it counts the lines within a cell', async () => {
    expect(await readRows('\n\ntitle,detail\n\n"a\nb\r\nc\rd",e\n  \r\nf\n,\n')).toEqual([
      { line: 5, title: 'a\nb\r\nc\rd', detail: 'e' },
      { line: 10, title: 'f' },
      { line: 11 },
    ]);
  });

  it('takes a quote within an unquoted cell as it is, and doubled quotes as one', async () => {
    expect(await readRows('title,detail\n5" pipe,"say ""hi"""\n"""",""\n')).toEqual([
      { line: 2, title: '5" pipe', detail: 'say "hi"' },
      { line: 3, title: '"' },
    ]);
  });

  it('takes the first of two columns with one name', async () => {
    expect(await readRows('title,Title\na,b\n')).toEqual([{ line: 2, title: 'a' }]);
  });

  it('reads nothing from a header alone', async () => {
    expect(await readAll(Buffer.from('title\n'))).toEqual([]);
    expect(await readAll(Buffer.from('title'))).toEqual([]);
  });
});

describe('faults', () => {
  it('rejects a row with text after a closing quote, and goes on at the next line', async () => {
    expect(await readRows('title,detail\n"a"b,c\nd,e\n')).toEqual([
      { line: 2, fault: expect.stringContaining('text follows a closing quote') },
      { line: 3, title: 'd', detail: 'e' },
    ]);
  });

  it('rejects only the line in which a quote opens and never closes', async () => {
    const file = `title,detail\n"a,b\n${'c,d\n'.repeat(20_000)}`;
    const rows = await readRows(file);
    expect(rows).toHaveLength(20_001);
    expect(rows[0]).toEqual({ line: 2, fault: expect.stringContaining('does not close within 32768 bytes') });
    expect(rows[20_000]).toEqual({ line: 20_002, title: 'c', detail: 'd' });
  });

  it('rejects a quote that is open when the file ends, and reads the lines it swallowed', async () => {
    expect(await readRows('title,detail\na,"b\nc,d\n')).toEqual([
      { line: 2, fault: expect.stringContaining('does not close before the file ends') },
      { line: 3, title: 'c', detail: 'd' },
    ]);
  });

  it('rejects a row that is too long, wherever its end is', async () => {
    const file = Buffer.from(`title\n${'x'.repeat(40_000)}\r\nb\n`);
    for (const chunks of [[100_000], [1_000], [40_006, 1, 1], [32_774]]) {
      const [part] = await readAll(file, { chunks });
      expect(part?.rows).toEqual([
        { line: 2, fault: 'the row is longer than 32768 bytes' },
        { line: 3, title: 'b' },
      ]);
    }
  });

  it('rejects a row whose JSON would outgrow an event', async () => {
    expect(await readRows(`title\n"${'\u0001'.repeat(5_000)}"\nb\n`)).toEqual([
      { line: 2, fault: expect.stringContaining('at most 16384') },
      { line: 3, title: 'b' },
    ]);
  });

  it('rejects a row with bytes that are not UTF-8, with NUL or with a character that is none', async () => {
    const good = `${'é,b\n'.repeat(300_000)}`;
    const bad = Buffer.from([0x61, 0xe9, 0x0a, 0x62, 0x00, 0x0a, 0xef, 0xbf, 0xbf, 0x0a]);
    const rows = await readRows(
      Buffer.concat([Buffer.from(`title,detail\n${good}`), bad, Buffer.from('ok\n')]),
    );
    expect(rows.slice(300_000)).toEqual([
      { line: 300_002, fault: expect.stringContaining('not UTF-8') },
      { line: 300_003, fault: expect.stringContaining('NUL') },
      { line: 300_004, fault: expect.stringContaining('U+FFFE or U+FFFF') },
      { line: 300_005, title: 'ok' },
    ]);
  });
});

/** Text that is rich in what CSV has trouble with. */
const cell = fc
  .array(
    fc.constantFrom(
      'a',
      'é',
      '😀',
      ' ',
      '"',
      ',',
      ';',
      '\n',
      '\r\n',
      '\r',
      '\t',
      '\\',
      '\u0001',
      'long '.repeat(30),
    ),
    {
      maxLength: 8,
    },
  )
  .map((pieces) => pieces.join(''));
const table = fc.array(fc.tuple(cell, cell, cell, cell), { maxLength: 60 });
const quoted = (rows: readonly (readonly string[])[], end: string) =>
  rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(',') + end).join('');
/** A file that may break any rule. */
const anyFile = fc.oneof(
  table.map((rows) => quoted(rows, '\n')),
  fc.array(cell, { maxLength: 200 }).map((cells) => cells.join(',')),
);
const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 3_000 })), {
  minLength: 1,
  maxLength: 9,
});

describe('parts', () => {
  it('hold the rows that csv-parse finds in the whole', async () => {
    await fc.assert(
      fc.asyncProperty(table, fc.constantFrom('\n', '\r\n'), async (rows, end) => {
        const file = `title,detail,dueAt,isComplete${end}${quoted(rows, end)}`;
        const records = parse(file, { columns: true, record_delimiter: end }) as Record<string, string>[];
        const expected = records.map((record) =>
          Object.fromEntries(Object.entries(record).filter(([, text]) => text.trim() !== '')),
        );
        expect((await readRows(file)).map(({ line, ...cells }) => cells)).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same in whatever chunks the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, sizes, async (body, chunks) => {
        const file = Buffer.from(`title,detail,dueAt,isComplete\n${body}`);
        expect(await readAll(file, { chunks })).toEqual(await readAll(file));
      }),
      { numRuns: 500 },
    );
  });

  it('are the same from any checkpoint on', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, fc.integer({ min: 1, max: 4 }), fc.nat(), async (body, rowsPerPart, pick) => {
        const file = Buffer.from(`title,detail,dueAt,isComplete\n${body}`);
        const parts = await readAll(file, { rowsPerPart });
        const stop = pick % Math.max(1, parts.length);
        const from = parts[stop]?.next;
        if (from) expect(await readAll(file, { rowsPerPart, from })).toEqual(parts.slice(stop + 1));
      }),
      { numRuns: 300 },
    );
  });

  it('take no more bytes than their budget, and as many rows as it lets them', async () => {
    const file = Buffer.from(
      `title,detail,dueAt,isComplete\n${quoted(
        Array.from({ length: 20_000 }, (_, n) => [`Täsk "${n}"`, 'x\n'.repeat(n % 50), '2026-12-01', 'true']),
        '\r\n',
      )}`,
    );
    const parts = await readAll(file);
    const bytes = parts.map(({ rows }) => Buffer.byteLength(JSON.stringify(rows)) - 2);
    expect(parts.length).toBeGreaterThan(40);
    for (const [n, part] of parts.entries()) {
      const [first] = parts[n + 1]?.rows ?? [];
      expect(part.part).toBe(n);
      expect(bytes[n]).toBeLessThanOrEqual(partBytes(n));
      if (first)
        expect((bytes[n] ?? 0) + 1 + JSON.stringify(first).length).toBeGreaterThan(partBytes(n) - 50);
    }
    expect(parts.at(-1)?.next).toMatchObject({ byte: file.length, part: parts.length, rows: 20_000 });
  });

  it('grow from 2 KiB to just under 64 KiB', () => {
    expect([0, 4, 5, 10, 24, 25, 10_000].map(partBytes)).toEqual([
      2_048, 2_048, 4_096, 8_192, 32_768, 63_488, 63_488,
    ]);
  });

  it('hold one row each when asked to', async () => {
    const parts = await readAll(Buffer.from('title\na\nb\n\nc\n'), { rowsPerPart: 1 });
    expect(parts).toEqual([
      { part: 0, rows: [{ line: 2, title: 'a' }], next: { byte: 8, line: 3, part: 1, rows: 1 } },
      { part: 1, rows: [{ line: 3, title: 'b' }], next: { byte: 11, line: 5, part: 2, rows: 2 } },
      { part: 2, rows: [{ line: 5, title: 'c' }], next: { byte: 13, line: 6, part: 3, rows: 3 } },
    ]);
  });
});
