import { connect, type Socket } from 'node:net';
import type { Threat } from './threat.ts';

export interface ClamdOptions {
  /** `host:port` */
  readonly address: string;
  /** For one file, from connecting to the answer. @default 20 seconds */
  readonly timeoutMs?: number;
}

export interface Clamd {
  /** Throws an `Error` when ClamAV cannot be asked or does not answer with a finding or OK. */
  scan(bytes: Uint8Array): Promise<Threat[]>;
}

/** Asks a ClamAV daemon over TCP. https://docs.clamav.net/manual/Usage/Scanning.html#clamd, man clamd: INSTREAM */
export function createClamd({ address, timeoutMs = 20_000 }: ClamdOptions): Clamd {
  const [, host, port] = /^(.+):(\d{1,5})$/.exec(address) ?? [];
  if (host === undefined || Number(port) > 65_535) {
    throw new Error(`CLAMD_ADDRESS is "${address}", but must be host:port, such as clamd.internal:3310.`);
  }
  return {
    async scan(bytes) {
      try {
        const answer = await ask(connect({ host, port: Number(port) }), bytes, timeoutMs);
        return readAnswer(answer, bytes.length);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new Error(`ClamAV at ${address} did not scan the file: ${reason}`, { cause: error });
      }
    },
  };
}

/** It may answer and hang up before all is sent: an answer counts even if sending failed. */
function ask(socket: Socket, bytes: Uint8Array, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const answer: Buffer[] = [];
    const timer = setTimeout(() => end(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    const end = (error?: Error) => {
      clearTimeout(timer);
      socket.destroy();
      const text = Buffer.concat(answer).toString();
      if (text.endsWith('\0')) resolve(text.slice(0, -1));
      else reject(error ?? new Error('it hung up without an answer'));
    };
    socket.on('data', (data) => {
      answer.push(data);
      if (data.at(-1) === 0) end();
    });
    socket.on('error', end);
    socket.on('close', () => end());
    socket.on('connect', () => {
      socket.write('zINSTREAM\0');
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
        const chunk = bytes.subarray(at, at + CHUNK_BYTES);
        socket.write(lengthOf(chunk));
        socket.write(chunk);
      }
      socket.write(lengthOf(new Uint8Array()));
    });
  });
}

const CHUNK_BYTES = 256 * 1024;

function lengthOf(chunk: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(chunk.length);
  return length;
}

function readAnswer(answer: string, bytes: number): Threat[] {
  if (answer === 'stream: OK') return [];
  const [, signature] = /^stream: ([ -~]+) FOUND$/.exec(answer) ?? [];
  if (signature)
    return [{ engine: 'clamav', rule: signature, description: `ClamAV knows it as ${signature}` }];
  if (answer.startsWith('INSTREAM size limit exceeded')) {
    throw new Error(`it takes less than ${bytes} bytes: raise its StreamMaxLength to 26M`);
  }
  throw new Error(`it answered "${answer.slice(0, 200)}"`);
}
