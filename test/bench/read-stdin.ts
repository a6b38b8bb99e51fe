// A process of its own for `measureReader`: reads a CSV from stdin, makes every event's rows, drops them, and prints what it
// counted and how much memory it took at most.
import { readFileSync } from 'node:fs';
import { HEAD_BYTES, readLayout } from '../../services/tasks/read-task-file/read-layout.ts';
import { readParts } from '../../services/tasks/read-task-file/read-parts.ts';

const chunks: AsyncIterator<Buffer> = process.stdin[Symbol.asyncIterator]();
const head = await readHead();
const layout = readLayout(head, { isWhole: false });

let [parts, rows, eventBytes] = [0, 0, 0];
const from = { byte: layout.byte, line: layout.line, part: 0, rows: 0 };
for await (const part of readParts({ bytes: everythingFrom(layout.byte), layout, from })) {
  parts += 1;
  rows += part.rows.length;
  eventBytes += Buffer.byteLength(JSON.stringify(part.rows));
}
process.stdout.write(JSON.stringify({ parts, rows, eventBytes, peakMb: peakKilobytes() / 1024 }));

function peakKilobytes(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]);
  } catch {
    // Only for want of /proc: on Linux this counts the process that started this one.
    return process.resourceUsage().maxRSS;
  }
}

async function readHead(): Promise<Buffer> {
  const found: Buffer[] = [];
  for (let size = 0; size < HEAD_BYTES; ) {
    const { value, done } = await chunks.next();
    if (done) break;
    found.push(value);
    size += value.length;
  }
  return Buffer.concat(found);
}

async function* everythingFrom(byte: number): AsyncGenerator<Buffer> {
  yield head.subarray(byte);
  yield* { [Symbol.asyncIterator]: () => chunks };
}
