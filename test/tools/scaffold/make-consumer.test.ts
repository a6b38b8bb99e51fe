import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashPaths } from '../../../infra/hash-paths.ts';
import { type MakeConsumerOptions, makeConsumer } from '../../../tools/scaffold/make-consumer.ts';
import { synthesiseSystem } from '../../../tools/synthesise-system.ts';

const repository = join(import.meta.dirname, '../../..');
const sources = ['schemas', 'services', 'infra', 'generated', 'docs', 'tools', 'test'];
const settings = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'biome.json',
  'cdk.json',
  'vitest.config.ts',
  '.gitignore',
];
const root = mkdtempSync(join(tmpdir(), 'new-consumers-'));

beforeAll(() => {
  for (const path of [...sources, ...settings]) {
    const isHeavy = (file: string) =>
      /\/test\/(?:pictures|clients|bench|flow)\b|\.(?:png|webp|jpg)$/.test(file);
    cpSync(join(repository, path), join(root, path), { recursive: true, filter: (file) => !isHeavy(file) });
  }
  symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
});
afterAll(() => rmSync(root, { recursive: true }));

/** In the copy. */
function make(options: Partial<MakeConsumerOptions>) {
  const { signal } = new AbortController();
  return makeConsumer({ root, name: 'count-words', on: ['ItemReceived.v1'], emits: [], signal, ...options });
}

function fanbus(...words: readonly string[]) {
  return spawnSync(process.execPath, [join(root, 'tools/fanbus.mjs'), ...words], {
    cwd: root,
    encoding: 'utf8',
  });
}

/** A tool that is installed, in the copy. */
function tool(path: string, ...words: readonly string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [join('node_modules', path), ...words], { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, output })));
}

const state = () => hashPaths(root, sources);

describe('what is refused', () => {
  const untouched = () => expect(state()).toBe(before);
  let before: string;
  beforeAll(() => {
    before = state();
  });

  it.each<[string, Partial<MakeConsumerOptions>, string]>([
    ['a name that is taken', { name: 'store-item' }, 'there is a consumer store-item already.'],
    ['a name that is no verb and object', { name: 'count' }, '"count" is no name for a consumer'],
    ['a name in capitals', { name: 'CountWords' }, 'such as count-words'],
    ['a name that is too long', { name: `count-${'x'.repeat(43)}` }, 'of at most 48 characters'],
    ['a name of the API', { name: 'words-api' }, 'names in -api are for functions of the API'],
    ['a name that its code uses', { name: 'read-environment' }, 'readEnvironment means something else'],
    ['no event', { on: [] }, 'count-words hears nothing: name its events'],
    [
      'an event that is none',
      { on: ['ItemRecieved.v1'] },
      'no event "ItemRecieved.v1". Did you mean "ItemReceived.v1"?',
    ],
    [
      'an address that is none',
      { on: ['fanbus.itms/ItemStored.v1'] },
      'Did you mean "fanbus.items/ItemStored.v1"?',
    ],
    [
      'every event beside one',
      { on: ['fanbus.*', 'ItemStored.v1'] },
      '--on fanbus.* hears every event of ours',
    ],
    ['events of no domain', { on: ['fanbus.*'] }, 'belongs to no domain of ours: say --domain'],
    ['a domain that is misspelt', { domain: 'itms' }, 'there is no services/itms. Did you mean "items"?'],
    ['a domain that is none', { domain: '../x' }, '--domain ../x is no folder of services'],
    [
      'uploads to a domain without a bucket',
      { on: ['Object Created'], domain: 'items' },
      'say --domain tasks or --domain images',
    ],
    ['a saying of AWS', { emits: ['Object Created'] }, '--emits Object Created cannot be'],
    ['a pattern that is no JSON', { pattern: 'kind=text' }, '--pattern kind=text is no JSON object'],
    [
      'a pattern that AWS refuses',
      { pattern: '{"data":{"owner":"ada"}}' },
      'is not valid: "owner" must be an object or an array',
    ],
    ['a pattern that nothing matches', { pattern: '{"data":{"ownr":["ada"]}}' }, 'Did you mean "owner"?'],
    [
      'a bucket in a pattern',
      { on: ['Object Created'], domain: 'tasks', pattern: '{"bucket":{"name":["x"]}}' },
      'leave "bucket" out',
    ],
    ['a description of two lines', { description: 'one\ntwo' }, '--description is one line'],
  ])('refuses %s', async (_, options, message) => {
    await expect(make(options)).rejects.toThrow(message);
    untouched();
  });

  it('names every file that is in the way, and touches none', async () => {
    const files = ['infra/stacks/count-words-stack.ts', 'services/items/count-words/handler.ts'];
    for (const file of files) cpSync(join(root, 'infra/arns.ts'), join(root, file));
    const inTheWay = state();
    await expect(make({})).rejects.toThrow(
      `services/items/count-words/handler.ts, infra/stacks/count-words-stack.ts are there already`,
    );
    expect(state()).toBe(inTheWay);
    rmSync(join(root, 'services/items/count-words'), { recursive: true });
    rmSync(join(root, 'infra/stacks/count-words-stack.ts'));
    untouched();
  });

  it('takes back what was written when it is stopped half-way', async () => {
    const stop = new AbortController();
    const made = make({ domain: 'brand-new', signal: stop.signal });
    expect(existsSync(join(root, 'services/brand-new/count-words/handler.ts'))).toBe(true);
    stop.abort(new Error('stopped'));
    await expect(made).rejects.toThrow('stopped');
    untouched();
  });

  it('writes nothing in a dry run', async () => {
    const made = await make({ isDryRun: true });
    expect(made.created).toContain('services/items/count-words/count-words.ts');
    untouched();
  });

  it('refuses on the command line in one line', () => {
    const { status, stderr, stdout } = fanbus('new', 'consumer', 'count-words', '--on', 'ItemRecieved.v1');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^fanbus: no event "ItemRecieved.v1"[^\n]+\n$/);
    untouched();
  });
});

describe('consumers of every kind', { timeout: 240_000 }, () => {
  const kinds: readonly Partial<MakeConsumerOptions>[] = [
    {
      name: 'notice-both',
      on: ['ItemStored.v1', 'ItemLabelled.v1'],
      description: "Sees that an item's done.",
    },
    {
      name: 'watch-uploads',
      on: ['Object Created'],
      domain: 'tasks',
      pattern: '{"object":{"size":[{"numeric":[">",1000]}],"key":[{"prefix":"task-files/"}]}}',
    },
    { name: 'audit-everything', on: ['fanbus.*'], domain: 'audit' },
    { name: 'say-both', on: ['ItemReceived.v1'], emits: ['fanbus.items/ItemLabelled.v1', 'ItemStored.v1'] },
    {
      name: 'echo-labels',
      on: ['ItemLabelled.v1', 'Object Created'],
      emits: ['ItemLabelled.v1'],
      domain: 'images',
    },
  ];
  const folders = [
    'items/count-words',
    'items/notice-both',
    'tasks/watch-uploads',
    'audit/audit-everything',
    'items/say-both',
    'images/echo-labels',
  ];
  const made: Awaited<ReturnType<typeof makeConsumer>>[] = [];
  let output: ReturnType<typeof fanbus>;

  beforeAll(async () => {
    const page = readFileSync(join(repository, 'docs/onboard-a-consumer.md'), 'utf8');
    const [, line = ''] = /^npx fanbus (new consumer count-words .*)$/m.exec(page) ?? [];
    output = fanbus(...line.split(' '));
    for (const options of kinds) made.push(await make(options));
  });

  it('say what was made, and what to do next', () => {
    expect(output).toMatchObject({ status: 0, stderr: '' });
    expect(output.stdout).toContain('  new      services/items/count-words/count-words.ts\n');
    expect(output.stdout).toContain('  changed  infra/app.ts\n');
    expect(output.stdout).toContain('  1. fill in services/items/count-words/count-words.ts\n');
    expect(made.map(({ warnings }) => warnings)).toEqual([
      [],
      [],
      [],
      [],
      ['echo-labels hears the ItemLabelled.v1 that it says: see that this comes to an end.'],
    ]);
    for (const { created } of made)
      for (const path of created) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it('compile, keep to the style, and pass their tests', async () => {
    const tests = folders.map((folder) => `test/services/${folder}`);
    const config = { extends: './tsconfig.json', include: ['services', 'infra', ...tests] };
    writeFileSync(join(root, 'tsconfig.new.json'), JSON.stringify(config));
    const ran = await Promise.all([
      tool('typescript/bin/tsc', '--project', 'tsconfig.new.json'),
      tool('@biomejs/biome/bin/biome', 'check', 'services', 'infra', 'test/services'),
      tool('vitest/vitest.mjs', 'run', ...tests, 'test/layering.test.ts'),
    ]);
    for (const { status, output } of ran) expect(status, output).toBe(0);
    expect(ran[2].output).toMatch(/Test Files .*7 passed/);
  });

  it('leave every other template as it was, byte for byte', async () => {
    const templates = (folder: string) =>
      Object.fromEntries(
        globSync('*.template.json', { cwd: folder }).map((file) => [
          file,
          readFileSync(join(folder, file), 'utf8'),
        ]),
      );
    const before = templates((await synthesiseSystem()).assembly);
    const after = templates((await synthesiseSystem({ root })).assembly);
    const added = folders.map((folder) => `${folder.split('/')[1]}.template.json`);
    expect(
      Object.keys(after)
        .filter((file) => !(file in before))
        .sort(),
    ).toEqual(added.sort());
    expect(after).toMatchObject(before);
  });
});
