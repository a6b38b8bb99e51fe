/** A JPEG with further segments before its own. */
export function withSegments(jpeg: Buffer, segments: readonly Buffer[]): Buffer {
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

export function segment(marker: number, content: Buffer): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0]);
  head.writeUInt16BE(content.length + 2, 2);
  return Buffer.concat([head, content]);
}

export function exifSegment(tiff: Buffer): Buffer {
  return segment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), tiff]));
}

export function xmpSegment(properties: string): Buffer {
  return segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmpOf(properties)}`));
}

/** What stands within `rdf:Description`, as a whole packet. */
export function xmpOf(properties: string): string {
  return `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="">${properties}</rdf:Description></rdf:RDF></x:xmpmeta>`;
}

/** Data sets of record 2, as Photoshop writes them. */
export function iptcSegment(values: readonly (readonly [dataSet: number, value: Buffer])[]): Buffer {
  const iptc = Buffer.concat(
    values.map(([dataSet, value]) => {
      const head = Buffer.from([0x1c, 2, dataSet, 0, 0]);
      head.writeUInt16BE(value.length, 3);
      return Buffer.concat([head, value]);
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(iptc.length);
  return segment(
    0xed,
    Buffer.concat([Buffer.from('Photoshop 3.0\x008BIM\x04\x04\0\0', 'latin1'), length, iptc]),
  );
}

/** A TIFF block whose one directory has these entries: tag, type, count, and the value or its offset. */
export function tiff(
  entries: readonly (readonly [tag: number, type: number, count: number, value: number])[],
): Buffer {
  const block = Buffer.alloc(8 + 2 + entries.length * 12 + 4);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt16LE(entries.length, 8);
  for (const [index, [tag, type, count, value]] of entries.entries()) {
    const at = 10 + index * 12;
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(count, at + 4);
    block.writeUInt32LE(value, at + 8);
  }
  return block;
}
