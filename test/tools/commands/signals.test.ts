import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type Cli, openCli } from './start-cli.ts';

const assembly = mkdtempSync(join(tmpdir(), 'assembly-'));
afterAll(() => rmSync(assembly, { recursive: true }));
writeFileSync(
  join(assembly, 'manifest.json'),
  JSON.stringify({
    artifacts: { shop: { type: 'aws:cloudformation:stack', properties: { templateFile: 'shop.json' } } },
  }),
);
writeFileSync(
  join(assembly, 'shop.json'),
  JSON.stringify({ Resources: { Bus: { Type: 'AWS::Events::EventBus', Properties: { Name: 'shop' } } } }),
);

/** An app that is never synthesised. */
const endless = mkdtempSync(join(tmpdir(), 'endless-'));
afterAll(() => rmSync(endless, { recursive: true }));
writeFileSync(join(endless, 'cdk.json'), '{"app":"sleep 600"}');

describe('a command that is ended', { timeout: 90_000 }, () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('while it starts, by %s, exits with %i and leaves nothing', async (signal, code) => {
    const cli = openCli(['local', '--app', endless]);
    await cli.until(/local AWS up/);
    cli.kill(signal);
    expect((await cli.ended).stderr).toBe(`fanbus: stopped by ${signal}; nothing was left running.\n`);
    expect(cli.output()).not.toContain('stacks deployed');
    await expectNothingLeft(cli, code);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'when fanbus local is up, by %s, exits with 0 and frees its port',
    async (signal) => {
      const cli = openCli(['local', '--app', assembly]);
      const [, port] = await cli.until(/Endpoint +http:\/\/127\.0\.0\.1:(\d+)/);
      await cli.until(/Ctrl-C ends it/);
      cli.kill(signal);
      const { stdout } = await cli.ended;
      // What was synthesised already is deployed as it is.
      expect(stdout).not.toContain('templates synthesised');
      expect(stdout).toContain('    bus        shop\n');
      expect(stdout).toMatch(/Stopping… stopped\.\n$/);
      await expectNothingLeft(cli, 0);
      await expectFree(Number(port));
    },
  );

  it('in the middle of a demo exits with 130 and leaves nothing', async () => {
    const cli = openCli(['demo', '--rows', '100000', '--json']);
    await cli.until(/[1-9]\d* created/);
    expect(cli.processes().length).toBeGreaterThan(1);
    cli.kill('SIGINT');
    const { stderr, stdout } = await cli.ended;
    expect(stderr).toMatch(/\nfanbus: stopped by SIGINT; nothing was left running\.\n$/);
    expect(stdout).toBe('');
    await expectNothingLeft(cli, 130);
  });

  it('because nobody reads on, exits with 0 and leaves nothing', async () => {
    const cli = openCli(['demo', '--rows', '100000']);
    await cli.until(/rows read/);
    cli.hangUp();
    expect((await cli.ended).stderr).toBe('');
    await expectNothingLeft(cli, 0);
  });

  it('a second time, while it stops, ends at once and still leaves nothing', async () => {
    const cli = openCli(['demo', '--rows', '100000']);
    await cli.until(/[1-9]\d* created/);
    // Two of the same might reach it as one. Which of two comes second is up to the kernel; that the second one ends it at once
    // is proven in stop-signal.test.ts.
    cli.kill('SIGINT');
    cli.kill('SIGTERM');
    expect([130, 143]).toContain((await cli.ended).code);
    await expectNothingLeft(cli);
  });
});

async function expectNothingLeft(cli: Cli, code?: number): Promise<void> {
  const ended = await cli.ended;
  if (code !== undefined) expect(ended.code).toBe(code);
  // A function whose engine is gone ends itself, as soon as it notices.
  await expect.poll(cli.processes).toEqual([]);
  expect(cli.leftovers()).toEqual([]);
}

async function expectFree(port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  await new Promise((resolve) => server.close(resolve));
}
