import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openCli } from './start-cli.ts';

it('prints a request to its API that works as it stands', { timeout: 90_000 }, async () => {
  const cli = openCli(['local', '--quiet']);
  await cli.until(/Ctrl-C ends it/);
  const shown = cli.output();
  const [, apiUrl] = /^ {2}API {8}(http:\/\/127\.0\.0\.1:\d+\/\S+)$/m.exec(shown) ?? [];
  const [, curl = ''] = /^ {4}(curl .*)$/m.exec(shown) ?? [];
  expect(curl).toBe(`curl -H "Authorization: Bearer $(npx fanbus token --sub demo)" ${apiUrl}/task-files`);
  const exports = [...shown.matchAll(/^ {4}(export \w+=\S+)$/gm)].map(([, line]) => line);
  const { stdout } = await promisify(execFile)('sh', ['-ec', [...exports, curl].join('\n')]);
  expect(JSON.parse(stdout)).toEqual({ taskFiles: [] });
});
