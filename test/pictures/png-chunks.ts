import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A PNG of this declared size with hardly any data: reading on makes a decoder allocate what was declared. */
export function hugeHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = deflateSync(Buffer.alloc(1024));
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** The same PNG with a text in its metadata: a tEXt chunk, or a zTXt chunk when compressed. */
export function withText(
  png: Buffer,
  { keyword, text, isCompressed = false }: { keyword: string; text: string; isCompressed?: boolean },
): Buffer {
  const body = isCompressed
    ? [Buffer.from(`${keyword}\0\0`, 'latin1'), deflateSync(Buffer.from(text, 'latin1'))]
    : [Buffer.from(`${keyword}\0${text}`, 'latin1')];
  const added = chunk(isCompressed ? 'zTXt' : 'tEXt', Buffer.concat(body));
  const behindHeader = SIGNATURE.length + 25;
  return Buffer.concat([png.subarray(0, behindHeader), added, png.subarray(behindHeader)]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const whole = Buffer.alloc(named.length + 8);
  whole.writeUInt32BE(data.length, 0);
  whole.set(named, 4);
  whole.writeUInt32BE(crc32(named), named.length + 4);
  return whole;
}
