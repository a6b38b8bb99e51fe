import { inflateSync } from 'node:zlib';

export interface Xmp {
  readonly title?: string;
  readonly description?: string;
  readonly artist?: string;
  readonly copyright?: string;
  readonly software?: string;
  readonly keywords: readonly string[];
  readonly hasGps: boolean;
}

/** Reads what we tell of a picture's XMP, which is meant to be found in any file without knowing its format. */
export function readXmp(bytes: Buffer): Xmp {
  const xmp = findXmp(bytes);
  return {
    title: valuesOf(xmp, 'dc:title')[0],
    description: valuesOf(xmp, 'dc:description')[0],
    artist: valuesOf(xmp, 'dc:creator').join(', ') || undefined,
    copyright: valuesOf(xmp, 'dc:rights')[0],
    software: valuesOf(xmp, 'xmp:CreatorTool')[0],
    keywords: valuesOf(xmp, 'dc:subject'),
    hasGps: ['exif:GPSLatitude', 'exif:GPSLongitude'].some((name) => valuesOf(xmp, name).length > 0),
  };
}

function findXmp(bytes: Buffer): string {
  const packet = unpackPngXmp(bytes) ?? bytes;
  const start = packet.indexOf('<rdf:RDF');
  if (start === -1) return '';
  const end = packet.indexOf('</rdf:RDF>', start);
  const length = end === -1 ? XMP_MAX_BYTES : Math.min(end - start, XMP_MAX_BYTES);
  return packet.toString('utf8', start, start + length);
}

/** A PNG may have it compressed. */
function unpackPngXmp(bytes: Buffer): Buffer | undefined {
  const head = PNG_HEADS.find((text) => bytes.includes(text));
  if (head === undefined) return undefined;
  const start = bytes.indexOf(head) + head.length;
  try {
    return inflateSync(bytes.subarray(start, start + XMP_MAX_BYTES), { maxOutputLength: XMP_MAX_BYTES });
  } catch {
    return undefined;
  }
}

/** The chunk's type, the keyword, and what follows it when the text is compressed. */
const PNG_HEADS = ['zTXtXML:com.adobe.xmp\0\0', 'iTXtXML:com.adobe.xmp\0\x01\0\0\0'] as const;

/** The values of a property: an attribute, the text of an element, or the items of a list in one. Takes time linear in the XMP. */
function valuesOf(xmp: string, name: string): string[] {
  const attribute = new RegExp(`\\s${name}=(?:"([^"<]*)"|'([^'<]*)')`).exec(xmp);
  if (attribute) return [unescapeXml(attribute[1] ?? attribute[2] ?? '')];
  const opening = new RegExp(`<${name}(?:\\s[^<>]*)?>`).exec(xmp);
  if (!opening) return [];
  const start = opening.index + opening[0].length;
  const end = xmp.indexOf(`</${name}>`, start);
  const content = xmp.slice(start, end === -1 ? start : end);
  const items = [...content.matchAll(/<rdf:li(?:\s[^<>]*)?>([^<]*)</g)].map(([, item = '']) => item);
  return (items.length > 0 ? items : [content.replace(/<.*/s, '')]).map(unescapeXml).filter(Boolean);
}

function unescapeXml(text: string): string {
  return text
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
      const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
      if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : '';
      return ENTITIES.get(name) ?? whole;
    })
    .trim();
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const XMP_MAX_BYTES = 256 * 1024;
