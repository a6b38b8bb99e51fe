import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { makeCsv } from '../../tools/demo/make-csv.ts';

export interface ReaderMeasurement {
  readonly bytes: number;
  readonly rows: number;
  readonly parts: number;
  /** The rows of all parts as JSON. */
  readonly eventBytes: number;
  readonly seconds: number;
  /** Peak resident memory of the process that did nothing but read and pack. */
  readonly peakMb: number;
}

/** Streams a CSV of at least so many bytes, made on the way, through the reader alone in a process of its own. */
export async function measureReader(options: {
  readonly bytes: number;
  readonly onProgress: (text: string) => void;
}): Promise<ReaderMeasurement> {
  const { bytes, onProgress } = options;
  // The heap that Lambda gives a function of 512 MB.
  const flags = ['--max-old-space-size=460'];
  const child = spawn(
    process.execPath,
    [...flags, fileURLToPath(new URL('read-stdin.ts', import.meta.url))],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const ended = once(child, 'exit');
  // A reader that dies closes its pipe; its exit code says so better than the write that failed.
  child.stdin.on('error', () => {});
  const answer = child.stdout.setEncoding('utf8').toArray();

  const startedAt = performance.now();
  let sent = 0;
  let toldAt = 0;
  for await (const chunk of makeCsv({ rows: Number.POSITIVE_INFINITY })) {
    const buffer = Buffer.from(chunk);
    sent += buffer.length;
    if (!child.stdin.write(buffer)) await Promise.race([once(child.stdin, 'drain'), ended]);
    if (child.exitCode !== null || sent >= bytes) break;
    if (sent - toldAt > 50_000_000) {
      toldAt = sent;
      onProgress(`the reader alone: ${Math.floor((100 * sent) / bytes)} % of ${bytes / 1e9} GB`);
    }
  }
  child.stdin.end();
  const [exitCode] = await ended;
  if (exitCode !== 0) throw new Error(`the reader's process ended with ${exitCode} after ${sent} bytes`);
  const seconds = (performance.now() - startedAt) / 1000;
  return { bytes: sent, seconds, ...JSON.parse((await answer).join('')) };
}
