import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashPaths } from '../../../infra/hash-paths.ts';
import { type MakeEventOptions, makeEvent } from '../../../tools/scaffold/make-event.ts';
import { planEvent } from '../../../tools/scaffold/plan-event.ts';

const repository = join(import.meta.dirname, '../../..');
const root = mkdtempSync(join(tmpdir(), 'new-events-'));
let before: string;

beforeAll(() => {
  for (const path of [
    'schemas',
    'generated',
    'docs/events.md',
    'docs/openapi.json',
    'biome.json',
    '.gitignore',
  ]) {
    cpSync(join(repository, path), join(root, path), { recursive: true });
  }
  before = state();
});
afterAll(() => rmSync(root, { recursive: true }));

function make(address: string, options: Partial<MakeEventOptions> = {}) {
  const { signal } = new AbortController();
  return makeEvent({ root, address, signal, ...options });
}

const state = () => hashPaths(root, ['schemas', 'generated', 'docs']);
const read = (path: string) => readFileSync(join(root, path), 'utf8');

it.each<[string, string, Partial<MakeEventOptions>, string]>([
  [
    'a type without its source',
    'ItemCounted.v1',
    {},
    'it is <source>/<Type>.v<number>, such as fanbus.items/ItemCounted.v1',
  ],
  ['a source of AWS', 'aws.s3/Object Deleted', {}, "aws.s3 is AWS's to speak for"],
  ['a source that is not ours', 'shop.items/ItemCounted.v1', {}, '"shop.items" is no source of ours'],
  ['a source that is misspelt', 'fanbus.itmes/ItemCounted.v1', {}, 'Did you mean "fanbus.items"?'],
  ['a name without a version', 'fanbus.items/ItemCounted', {}, '"ItemCounted" is no name for an event'],
  ['a name in small letters', 'fanbus.items/itemCounted.v1', {}, 'in PascalCase'],
  [
    'an event that there is',
    'fanbus.items/ItemStored.v1',
    {},
    'there is schemas/fanbus.items/ItemStored.v1.json already',
  ],
  [
    'a type of another source',
    'fanbus.tasks/ItemStored.v1',
    {},
    'ItemStored.v1 belongs to fanbus.items already',
  ],
  [
    'a version without the one before',
    'fanbus.items/ItemStored.v3',
    {},
    'there is no fanbus.items/ItemStored.v2',
  ],
  [
    'a model that is none',
    'fanbus.items/ItemCounted.v1',
    { like: 'ItemStord.v1' },
    'Did you mean "ItemStored.v1"?',
  ],
  [
    'a model of AWS',
    'fanbus.items/ItemCounted.v1',
    { like: 'Object Created' },
    '--like Object Created cannot be',
  ],
])('refuses %s', async (_, address, options, message) => {
  await expect(make(address, options)).rejects.toThrow(message);
  expect(state()).toBe(before);
});

it('takes back what was written when it is stopped half-way', async () => {
  const stop = new AbortController();
  const made = make('fanbus.items/ItemCounted.v1', { signal: stop.signal });
  expect(read('schemas/fanbus.items/ItemCounted.v1.json')).toContain('"Item counted"');
  stop.abort(new Error('stopped'));
  await expect(made).rejects.toThrow('stopped');
  expect(state()).toBe(before);
});

it('takes back what was written and what was generated of it, when it fails after that', async () => {
  const failing = AbortSignal.abort(new Error('stopped'));
  // As a signal that comes at the last moment: whoever asks before finds nothing.
  let asked = 0;
  const late = new Proxy(new AbortController().signal, {
    get: (signal, key) =>
      key === 'throwIfAborted' && ++asked > 0
        ? () => failing.throwIfAborted()
        : Reflect.get(signal, key, signal),
  });
  await expect(make('fanbus.items/ItemCounted.v1', { signal: late })).rejects.toThrow('stopped');
  expect(state()).toBe(before);
});

it('writes nothing in a dry run', async () => {
  expect(await make('fanbus.items/ItemCounted.v1', { isDryRun: true })).toEqual({
    schema: 'schemas/fanbus.items/ItemCounted.v1.json',
    generated: [],
  });
  expect(state()).toBe(before);
});

it('makes an event with one field to fill in, its type, validator and page', async () => {
  const { schema, generated } = await make('fanbus.items/ItemCounted.v1', {
    description: 'An item was counted.',
  });
  expect(JSON.parse(read(schema))).toMatchObject({
    title: 'Item counted',
    description: 'An item was counted.',
    properties: { metadata: { $ref: '../metadata.json' }, data: { required: ['id'] } },
  });
  expect(generated).toContain('generated/events/item-counted-v1.ts');
  expect(read('docs/events.md')).toContain('## fanbus.items/ItemCounted.v1\n\nAn item was counted.');
});

it('begins the next version as a copy of the one before, closed to the outside until that is decided', () => {
  const { path, content } = planEvent({ root, address: 'fanbus.items/ItemReceived.v2' });
  const { 'x-ingress': _, ...v1 } = JSON.parse(read('schemas/fanbus.items/ItemReceived.v1.json'));
  expect(path).toBe('schemas/fanbus.items/ItemReceived.v2.json');
  expect(JSON.parse(content)).toEqual(v1);
});

it('begins an event of a new source with the fields of another', () => {
  const options = { address: 'fanbus.orders/OrderPlaced.v1', like: 'fanbus.items/ItemStored.v1' };
  expect(JSON.parse(planEvent({ root, ...options }).content)).toMatchObject({
    title: 'Order placed',
    properties: { data: { required: ['itemId', 'owner', 'id'] } },
  });
});

it('makes the events that docs/change-a-contract.md makes', async () => {
  const page = readFileSync(join(repository, 'docs/change-a-contract.md'), 'utf8');
  const addresses = [...page.matchAll(/^ *npx fanbus new event (\S+)$/gm)].map(([, address = '']) => address);
  expect(addresses).toHaveLength(2);
  for (const address of addresses) {
    rmSync(join(root, `schemas/${address}.json`), { force: true });
    expect(await make(address, { isDryRun: true })).toMatchObject({ schema: `schemas/${address}.json` });
  }
});
