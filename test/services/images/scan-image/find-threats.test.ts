import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createClamd } from '../../../../services/images/scan-image/clamd.ts';
import { findThreats } from '../../../../services/images/scan-image/find-threats.ts';
import { eicar, hugeHeader, jpegWithComment } from '../../../pictures/index.ts';
import { hidingPlaces, inPng } from './hiding-places.ts';
import { type OpenClamd, openClamd } from './open-clamd.ts';
import { openEngines } from './open-engines.ts';

const engines = openEngines();
const rulesOf = async (bytes: Buffer) =>
  (await findThreats(bytes, engines)).threats.map(({ engine, rule }) => `${engine} ${rule}`);

describe('the EICAR test file is found', () => {
  it.each(Object.entries(hidingPlaces))('%s', async (_, hide) => {
    expect(await rulesOf(await hide(Buffer.from(eicar)))).toEqual(['yara-x eicar_test_file']);
  });

  it.each([
    ['by itself', Buffer.from(eicar)],
    ['in gzip', gzipSync(eicar)],
    ['in UTF-16', Buffer.from(`\ufeff${eicar}`, 'utf16le')],
    ['in UTF-16, the other way round', Buffer.from(`\ufeff${eicar}`, 'utf16le').swap16()],
    [
      'in base64',
      Buffer.from(`<svg><image href="data:;base64,${Buffer.from(eicar).toString('base64')}"/></svg>`),
    ],
  ])('%s', async (_, bytes) => expect(await rulesOf(bytes)).toEqual(['yara-x eicar_test_file']));

  it('but not where it is only spoken of', async () => {
    expect(await rulesOf(await jpegWithComment(`like ${eicar.slice(28, 62)} does`))).toEqual([]);
  });
});

it('finds scripts in UTF-16 and unpacked', async () => {
  const svg = '<?xml version="1.0"?><svg onload="alert(1)"/>';
  for (const bytes of [gzipSync(svg), Buffer.from(svg, 'utf16le'), Buffer.from(svg, 'utf16le').swap16()]) {
    expect(await rulesOf(bytes)).toEqual(['yara-x active_svg']);
  }
});

it('names the engines, and what is found for people', async () => {
  expect(await findThreats(hugeHeader(60_000, 50_000), engines)).toEqual({
    engines: ['yara-x', 'declared-size'],
    threats: [
      {
        engine: 'declared-size',
        rule: 'pixel_bomb',
        description: '60000 × 50000 pixels declared in 74 bytes',
      },
    ],
  });
});

it('has no opinion about what is no picture, not even nothing', async () => {
  for (const text of ['', 'title,detail\nBuy milk,', '\xff\xd8', 'GIF89a', 'RIFF', 'II*\0']) {
    expect(await rulesOf(Buffer.from(text, 'latin1'))).toEqual([]);
  }
});

describe('with ClamAV', () => {
  let daemon: OpenClamd;
  afterEach(() => daemon.close());
  async function scanWith(answer: () => string | undefined) {
    daemon = await openClamd({ answer });
    const clamd = createClamd({ address: daemon.address });
    return findThreats(Buffer.from(eicar), { ...engines, clamd });
  }

  it('puts its finding behind the others', async () => {
    const { engines: asked, threats } = await scanWith(() => 'stream: Win.Test-1 FOUND');
    expect(asked).toEqual(['yara-x', 'declared-size', 'clamav']);
    expect(threats.map(({ rule }) => rule)).toEqual(['eicar_test_file', 'Win.Test-1']);
  });

  it('is not content without its answer, whatever the others say', async () => {
    await expect(scanWith(() => undefined)).rejects.toThrow('it hung up without an answer');
  });

  it('tells no more than the metadata of an object holds', async () => {
    const { threats } = await scanWith(() => `stream: ${'long.'.repeat(500)} FOUND`);
    expect(threats).toHaveLength(2);
    expect(Buffer.byteLength(JSON.stringify(threats))).toBeLessThan(1_300);
  });
});

it('scans what is damaged at any place', async () => {
  const whole = [
    ...(await Promise.all(Object.values(hidingPlaces).map((hide) => hide(Buffer.from('harmless'))))),
    inPng('zTXt', Buffer.from('no end')),
    inPng('iTXt', Buffer.from('XML\0\x01')),
  ];
  for (const bytes of whole) {
    const cutOff = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    const broken = Buffer.from(bytes);
    for (let at = 12; at < broken.length; at += 97) broken[at] = 0xff - (broken[at] ?? 0);
    expect(await rulesOf(cutOff)).toEqual([]);
    // A broken header may declare a bomb.
    for (const rule of await rulesOf(broken)) expect(rule).toBe('declared-size pixel_bomb');
  }
});
