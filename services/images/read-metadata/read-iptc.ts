export interface Iptc {
  readonly title?: string;
  readonly description?: string;
  readonly artist?: string;
  readonly copyright?: string;
  readonly keywords: readonly string[];
}

/** Reads what we tell of a JPEG's IPTC: data sets in a resource of Photoshop's. https://www.iptc.org/std/IIM/4.2/specification/IIMV4.2.pdf */
export function readIptc(bytes: Buffer): Iptc {
  const found = Map.groupBy(dataSets(findIptc(bytes)), ({ dataSet }) => dataSet);
  const valuesOf = (dataSet: number) => found.get(dataSet)?.map(({ value }) => value) ?? [];
  return {
    title: valuesOf(5)[0],
    description: valuesOf(120)[0],
    artist: valuesOf(80).join(', ') || undefined,
    copyright: valuesOf(116)[0],
    keywords: valuesOf(25),
  };
}

/** The resource 0x0404; its name is padded to an even length. */
function findIptc(bytes: Buffer): Buffer {
  const segment = bytes.indexOf('Photoshop 3.0\0');
  if (segment === -1) return Buffer.alloc(0);
  const photoshop = bytes.subarray(segment, segment + SEGMENT_MAX_BYTES);
  const resource = photoshop.indexOf('8BIM\x04\x04');
  if (resource === -1) return Buffer.alloc(0);
  const nameBytes = 1 + (photoshop[resource + 6] ?? 0);
  return photoshop.subarray(resource + 6 + nameBytes + (nameBytes % 2) + 4);
}

function* dataSets(iptc: Buffer): Generator<{ readonly dataSet: number; readonly value: string }> {
  let at = 0;
  while (at + 5 <= iptc.length && iptc[at] === 0x1c) {
    const end = at + 5 + iptc.readUInt16BE(at + 3);
    // Record 2 is about the picture; 1 is about its transmission.
    if (iptc[at + 1] === 2) yield { dataSet: iptc[at + 2] ?? 0, value: decode(iptc.subarray(at + 5, end)) };
    at = end;
  }
}

/** Few writers say which it is, and what is not UTF-8 hardly ever looks like it. */
function decode(value: Buffer): string {
  const text = value.toString('utf8');
  return text.includes('\ufffd') ? value.toString('latin1') : text;
}

const SEGMENT_MAX_BYTES = 64 * 1024;
