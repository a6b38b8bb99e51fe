import { describe, expect, it } from 'vitest';
import { HEAD_BYTES, readLayout } from '../../../../services/tasks/read-task-file/read-layout.ts';

const read = (head: string | Buffer, isWhole = true) => readLayout(Buffer.from(head), { isWhole });

describe('readLayout', () => {
  it('tells the separator by the header', () => {
    expect(read('a;"title";"b,c,d"\n1;2;3\n')).toEqual({
      delimiter: ';',
      columns: ['a', 'title', 'b,c,d'],
      byte: 18,
      line: 2,
    });
  });

  it('takes a comma when there is one column', () => {
    expect(read('\uFEFFTITLE\r\nx\r\n')).toMatchObject({
      delimiter: ',',
      columns: ['TITLE'],
      byte: 10,
      line: 2,
    });
  });

  it('reads a head that ends within a character', () => {
    const head = Buffer.concat([Buffer.from('title\nab\n'), Buffer.from('é').subarray(0, 1)]);
    expect(read(head, false)).toMatchObject({ byte: 6 });
  });

  it.each<[string, string | Buffer, RegExp]>([
    ['an empty file', '', /is empty/],
    ['a file of empty lines', '\uFEFF\n\r\n  \n', /is empty/],
    ['a file without a title column', 'name;due\n1;2\n', /no "title" column: .* but it has "name", "due"/],
    ['a sentence', 'Dear Sir or Madam,\n', /no "title" column: .* "Dear Sir or Madam"/],
    ['an Excel workbook', Buffer.from('PK\x03\x04\x00rest'), /Excel workbook/],
    ['UTF-16', Buffer.from('\uFEFFtitle\n', 'utf16le'), /UTF-16/],
    [
      'a picture',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]),
      /binary \(its byte 8 is NUL\)/,
    ],
    ['Latin-1', Buffer.from('title\nab\ncaf\xe9\n', 'latin1'), /not UTF-8 \(see line 3\)/],
    ['a header with an open quote', '"title,detail\na,b\n', /header \(line 1\) cannot be read/],
    ['a header without end', `title,${'x'.repeat(20_000)}\n`, /longer than 16384 bytes/],
  ])('refuses %s', (_, file, reason) => {
    expect(() => read(file)).toThrow(reason);
  });

  it('refuses a beginning without a line', () => {
    expect(() => read('x'.repeat(HEAD_BYTES), false)).toThrow(/cannot be read|longer than/);
  });
});
