import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { AwsError } from '../wire/aws-error.ts';

const inflate = promisify(inflateRaw);

/**
 * Unpacks a ZIP archive into a folder, with the files' modes and symbolic links. Rejects with Lambda's `AwsError` when it is none,
 * when a file would lie outside of the folder, or when it is encrypted, larger than 4 GiB or compressed other than by deflate.
 */
export async function unzip(archive: Buffer, folder: string): Promise<void> {
  for (const { attributes, method, name, packed } of entriesOf(archive)) {
    const target = path.resolve(folder, name);
    if (!`${target}${path.sep}`.startsWith(`${path.resolve(folder)}${path.sep}`))
      throw unreadable(`${name} lies outside`);
    if (name.endsWith('/')) {
      mkdirSync(target, { recursive: true });
      continue;
    }
    mkdirSync(path.dirname(target), { recursive: true });
    if (method !== STORED && method !== DEFLATED)
      throw unreadable(`${name} is compressed by method ${method}`);
    const content = method === STORED ? packed : await inflate(packed);
    const mode = attributes >>> 16;
    if ((mode & FILE_TYPE) === SYMBOLIC_LINK) {
      symlinkSync(content.toString(), target);
      continue;
    }
    writeFileSync(target, content);
    if ((mode & 0o777) !== 0) chmodSync(target, (mode & 0o777) | 0o600);
  }
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly attributes: number;
  readonly packed: Buffer;
}

/** https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16 */
function* entriesOf(archive: Buffer): Generator<Entry> {
  const end = archive.lastIndexOf(END_OF_DIRECTORY);
  if (end < 0) throw unreadable('it has no central directory');
  try {
    let at = archive.readUInt32LE(end + 16);
    for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw unreadable('its central directory is damaged');
      if ((archive.readUInt16LE(at + 8) & 1) === 1) throw unreadable('it is encrypted');
      const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) =>
        archive.readUInt16LE(at + offset),
      );
      const header = archive.readUInt32LE(at + 42);
      const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
      yield {
        name: archive.toString('utf8', at + 46, at + 46 + (nameBytes ?? 0)),
        method: archive.readUInt16LE(at + 10),
        attributes: archive.readUInt32LE(at + 38),
        packed: archive.subarray(start, start + archive.readUInt32LE(at + 20)),
      };
      at += 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    }
  } catch (cause) {
    throw cause instanceof RangeError ? unreadable('it is cut off', cause) : cause;
  }
}

function unreadable(why: string, cause?: unknown): AwsError {
  return new AwsError('InvalidParameterValueException', `Could not unzip uploaded file: ${why}.`, { cause });
}

const END_OF_DIRECTORY = Buffer.from([0x50, 0x4b, 0x05, 0x06]);
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;
const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;
