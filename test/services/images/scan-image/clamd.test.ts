import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { createClamd } from '../../../../services/images/scan-image/clamd.ts';
import { type ClamdBehaviour, type OpenClamd, openClamd } from './open-clamd.ts';

let daemon: OpenClamd;
afterEach(() => daemon?.close());

async function scan(bytes: Uint8Array, behaviour: ClamdBehaviour) {
  daemon = await openClamd(behaviour);
  return createClamd({ address: daemon.address }).scan(bytes);
}

it('sends the whole file and takes OK for clean', async () => {
  const file = randomBytes(3_000_000);
  expect(await scan(file, { answer: () => 'stream: OK' })).toEqual([]);
  expect(daemon.received).toEqual([file]);
});

it('sends an empty file, too', async () => {
  expect(await scan(Buffer.alloc(0), { answer: () => 'stream: OK' })).toEqual([]);
});

it('names what ClamAV found', async () => {
  expect(await scan(Buffer.from('x'), { answer: () => 'stream: Win.Test.EICAR_HDB-1 FOUND' })).toEqual([
    {
      engine: 'clamav',
      rule: 'Win.Test.EICAR_HDB-1',
      description: 'ClamAV knows it as Win.Test.EICAR_HDB-1',
    },
  ]);
});

const failures: readonly (readonly [string, ClamdBehaviour, RegExp])[] = [
  [
    'of an error',
    { answer: () => 'stream: Can’t open file ERROR' },
    /it answered "stream: Can’t open file ERROR"$/,
  ],
  ['without an answer', { answer: () => undefined }, /it hung up without an answer$/],
  ['of a file over its limit', { answer: () => 'stream: OK', maxBytes: 10_000 }, /raise its StreamMaxLength/],
];

it.each(failures)('throws because %s', async (_, behaviour, reason) => {
  const scanning = scan(randomBytes(1_000_000), behaviour);
  await expect(scanning).rejects.toThrow(/^ClamAV at 127.0.0.1:\d+ did not scan the file: /);
  await expect(scanning).rejects.toThrow(reason);
});

it('throws when it takes too long', async () => {
  daemon = await openClamd({ answer: () => 'stream: OK', isMute: true });
  const clamd = createClamd({ address: daemon.address, timeoutMs: 50 });
  await expect(clamd.scan(Buffer.from('x'))).rejects.toThrow('no answer within 50 ms');
});

it('throws when nobody is there', async () => {
  daemon = await openClamd({ answer: () => 'stream: OK' });
  await daemon.close();
  await expect(createClamd({ address: daemon.address }).scan(Buffer.from('x'))).rejects.toThrow(
    /did not scan the file: .*ECONNREFUSED/,
  );
});

it('refuses an address without a port', () => {
  expect(() => createClamd({ address: 'clamd' })).toThrow(
    'CLAMD_ADDRESS is "clamd", but must be host:port, such as clamd.internal:3310.',
  );
});
