import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openCli } from './start-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'refused-apps-'));
afterAll(() => rmSync(folder, { recursive: true }));

const noCommand = app('no-command', { 'cdk.json': '{ "context": {} }' });
const noJson = app('no-json', { 'cdk.json': '{ "app": ' });
const closedShop = app('closed-shop', {
  'cdk.json': '{ "app": "node app.js" }',
  'app.js': "throw new Error('this shop is closed');",
});

describe('help', () => {
  it.each(['', '--help', 'local --help', 'demo -h', 'codegen --help', 'pattern test --help'])(
    'has an example: fanbus %s',
    async (line) => {
      const { code, stdout, stderr } = await openCli(line.split(' ').filter(Boolean)).ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^.*Example: npx fanbus \S+.*$/m);
      expect(stdout).toContain('USAGE fanbus');
    },
  );

  it('names every command and option', async () => {
    const main = await openCli([]).ended;
    for (const command of ['local', 'demo', 'codegen', 'pattern test'])
      expect(main.stdout).toContain(command);
    const local = await openCli(['local', '--help']).ended;
    for (const option of ['--app', '--data', '--port', '--stage', '--archive-delay', '--quiet', '--watch'])
      expect(local.stdout).toContain(option);
  });
});

it.each([
  ['an unknown command', ['loca'], 'no command "loca". Commands: local, demo,'],
  [
    'an unknown option',
    ['local', '--prot', '1'],
    'Unknown option \'--prot\'. "fanbus local" takes --app, --',
  ],
  ['an unknown short option', ['codegen', '-x'], 'Unknown option \'-x\'. "fanbus codegen" takes no options'],
  ['a word that has no meaning', ['demo', 'tasks.csv'], "Unexpected argument 'tasks.csv'"],
  ['an option without its value', ['demo', '--csv'], "Option '--csv <value>' argument missing"],
  ['an empty value', ['local', '--port='], "Option '--port' has no value"],
  ['a value where none belongs', ['demo', '--json=yes'], "Option '--json' does not take an argument"],
  ['a port that is no number', ['local', '--port', 'x'], '--port x is no port: give a whole number from 0'],
  ['a port beyond the last', ['local', '--port', '65536'], '--port 65536 is no port'],
  [
    'a delay that is no time',
    ['local', '--archive-delay', '1h'],
    '--archive-delay 1h is no time: give whole minutes',
  ],
  ['an unknown stage', ['local', '--stage', 'test'], '--stage test is none: the stages are dev, qat, prd.'],
  ['a stage of another app', ['local', '--app', '.', '--stage', 'prd'], '--stage prd is of Fanbus itself'],
  ['another app to watch', ['local', '--app', 'shop', '--watch'], 'and not those of shop: leave it out'],
  ['a folder without an app', ['local', '--app', folder], 'is no CDK app: it has neither a cdk.json nor'],
  ['an app without a command', ['local', '--app', noCommand], 'cdk.json names no "app"'],
  ['an app whose settings are not JSON', ['local', '--app', noJson], 'cdk.json is not JSON'],
  ['rows that are no number', ['demo', '--rows', 'many'], '--rows many cannot be made'],
  ['rows beside a file', ['demo', '--rows', '5', '--csv', 'package.json'], 'not both'],
  ['a CSV that is not there', ['demo', '--csv', 'missing.csv'], 'cannot read --csv missing.csv: ENOENT'],
  ['a CSV that is a folder', ['demo', '--csv', 'tools'], '--csv tools is no file'],
])('refuses %s in one line', async (_what, words, message) => {
  const cli = openCli(words);
  const { code, stdout, stderr } = await cli.ended;
  expect(stderr).toContain(message);
  expect(stderr).toMatch(/^fanbus: [^\n]+\n$/);
  // Nothing was begun: at most the headline of `local` stands there.
  expect(stdout).not.toContain('✔');
  expect(code).toBe(1);
  expect(cli.leftovers()).toEqual([]);
});

it('refuses a port that is taken before it synthesises', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  const { code, stdout, stderr } = await openCli(['local', '--port', `${port}`]).ended;
  expect(code).toBe(1);
  expect(stderr).toBe(
    `fanbus: port ${port} on 127.0.0.1 is taken by another program: name another port, or none to get a free one.\n`,
  );
  expect(stdout).not.toContain('synthesised');
});

it('shows what an app says that cannot be synthesised', async () => {
  const cli = openCli(['local', '--app', closedShop]);
  const { code, stderr } = await cli.ended;
  expect(code).toBe(1);
  expect(stderr).toMatch(/^fanbus: cdk synth failed in .*closed-shop:\n/);
  expect(stderr).toContain('this shop is closed');
  expect(cli.leftovers()).toEqual([]);
  expect(cli.processes()).toEqual([]);
});

function app(name: string, files: Readonly<Record<string, string>>): string {
  const appDir = join(folder, name);
  mkdirSync(appDir);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(appDir, file), text);
  return appDir;
}
