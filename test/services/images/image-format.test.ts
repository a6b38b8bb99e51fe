import { describe, expect, it } from 'vitest';
import { formatOf, otherKindOf } from '../../../services/images/image-format.ts';

const accepted: Readonly<Record<string, string>> = {
  'a JPEG': '\xff\xd8\xff\xe0\0\x10JFIF',
  'a PNG': '\x89PNG\r\n\x1a\n\0\0\0\rIHDR',
  'a GIF of 1987': 'GIF87a',
  'a GIF of 1989': 'GIF89a',
  'a WebP': 'RIFF\x24\0\0\0WEBPVP8 ',
  'an AVIF': '\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf',
  'an AVIF that names its brand second': '\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf',
  'an animated AVIF': '\0\0\0\x18ftypavis\0\0\0\0avismsf1',
  'a HEIC': '\0\0\0\x18ftypheic\0\0\0\0mif1heic',
};

const formats = ['jpeg', 'png', 'gif', 'gif', 'webp', 'avif', 'avif', 'avif', 'heif'];

it.each(Object.entries(accepted).map(([name, text], index) => [name, formats[index], text] as const))(
  'tells %s by its first bytes: %s',
  (_, format, text) => expect(formatOf(bytesOf(text))).toBe(format),
);

describe('of what is not accepted, it says', () => {
  const others: readonly (readonly [words: string, isImage: boolean, text: string])[] = [
    ['a TIFF picture or a camera’s raw file', true, 'II*\0\x08\0\0\0'],
    ['a BMP picture', true, 'BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0'],
    ['an icon (ICO)', true, '\0\0\x01\0\x01\0\x10\x10'],
    ['a JPEG XL picture', true, '\xff\x0a\xfa\x7f'],
    ['a JPEG 2000 picture', true, '\0\0\0\x0cjP  \r\n\x87\n'],
    ['a Photoshop file', true, '8BPS\0\x01'],
    ['an SVG drawing', true, '<svg xmlns="http://www.w3.org/2000/svg"/>'],
    ['an SVG drawing', true, '\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a --><svg width="9"/>'],
    ['an SVG drawing', true, '    ftypavif    <?xml version="1.0"?><svg width="9"/>'],
    ['a PDF document', false, '%PDF-1.7\n'],
    ['a ZIP archive or an office document', false, 'PK\x03\x04\x14\0'],
    ['a gzip file', false, '\x1f\x8b\x08\0'],
    ['a program', false, '\x7fELF\x02\x01'],
    ['a program', false, 'MZ\x90\0'],
    ['a video or sound file', false, '\0\0\0\x18ftypmp42\0\0\0\0mp42isom'],
    ['an HTML page', false, '\n<!DOCTYPE html><html>'],
    ['a text', false, 'title,detail\nBuy milk,'],
    ['a file of an unknown kind', false, '\x01\x02\x03\x04'],
  ];
  it.each(others)('%s', (words, isImage, text) => {
    expect(formatOf(bytesOf(text))).toBeUndefined();
    expect(otherKindOf(bytesOf(text))).toEqual({ words, isImage });
  });
});

it('tells nothing of a file that ends before its signature', () => {
  for (const text of ['', '\xff', '\xff\xd8', 'RIFF\x24\0\0\0', 'GIF8', '\0\0\0\x18ftyp']) {
    expect(formatOf(bytesOf(text))).toBeUndefined();
  }
});

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
