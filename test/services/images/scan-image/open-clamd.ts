import { createServer, type Server, type Socket } from 'node:net';

export interface OpenClamd {
  readonly address: string;
  /** The files it answered for. */
  readonly received: Buffer[];
  close(): Promise<void>;
}

export interface ClamdBehaviour {
  /** What it says of a file; undefined: it says nothing and hangs up. */
  readonly answer: (file: Buffer) => string | undefined;
  /** Over that it says so while it is still being sent. @default no limit */
  readonly maxBytes?: number;
  /** It takes everything and never answers. @default false */
  readonly isMute?: boolean;
}

/** A ClamAV daemon as far as INSTREAM goes, for files that do not end with zeros. */
export async function openClamd({
  answer,
  maxBytes = Number.POSITIVE_INFINITY,
  isMute = false,
}: ClamdBehaviour): Promise<OpenClamd> {
  const received: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const chunks: Buffer[] = [];
    let bytes = 0;
    let isAnswered = isMute;
    socket.on('error', () => {});
    socket.on('data', (data) => {
      chunks.push(data);
      bytes += data.length;
      const isLast = Buffer.concat(chunks.slice(-2)).subarray(-4).equals(Buffer.alloc(4));
      if (isAnswered || !(isLast || bytes > maxBytes)) return;
      isAnswered = true;
      if (bytes > maxBytes) return void socket.end('INSTREAM size limit exceeded. ERROR\0');
      const file = readStream(Buffer.concat(chunks));
      if (!file) return void socket.end('UNKNOWN COMMAND\0');
      received.push(file);
      const said = answer(file);
      socket.end(said === undefined ? '' : `${said}\0`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${portOf(server)}`,
    received,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What was sent, without the lengths of its chunks. */
function readStream(sent: Buffer): Buffer | undefined {
  if (!sent.subarray(0, COMMAND.length).equals(COMMAND)) return undefined;
  const chunks: Buffer[] = [];
  let at = COMMAND.length;
  for (let length = sent.readUInt32BE(at); length > 0; length = sent.readUInt32BE(at)) {
    chunks.push(sent.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return Buffer.concat(chunks);
}

const COMMAND = Buffer.from('zINSTREAM\0');

function portOf(server: Server): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}
