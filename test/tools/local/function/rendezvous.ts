import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A place where invocations wait for each other. */
export interface Rendezvous extends AsyncDisposable {
  /** Code of a handler that waits there until as many as expected wait with it, and answers its process id. */
  readonly handler: string;
}

export async function openRendezvous(expected: number): Promise<Rendezvous> {
  let waiting: Socket[] = [];
  const server = createServer((socket) => {
    waiting.push(socket);
    if (waiting.length < expected) return;
    for (const each of waiting) each.end('go');
    waiting = [];
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    handler: `exports.handler = () => new Promise((resolve, reject) => {
      require('node:net').connect(${port}, '127.0.0.1').once('data', () => resolve(process.pid)).once('error', reject);
    });`,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
