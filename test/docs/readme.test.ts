import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it('quotes what a consumer does from code that compiles', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const compiled = readFileSync(join(root, 'test/docs/count-words/count-words.ts'), 'utf8');
  const quoted = compiled.replaceAll("'../../../services/runtime/", "'../../runtime/");
  expect(readme).toContain(`\`\`\`ts\n// services/items/count-words/count-words.ts\n${quoted}\`\`\``);
});

it('shows only commands of the AWS CLI that docs/aws-cli.md shows and its test runs', () => {
  const page = readFileSync(join(root, 'docs/aws-cli.md'), 'utf8');
  const block =
    /```sh\n(awslocal\(\)[\s\S]+?)```/.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
  const commands = block.split(/\n(?=awslocal|until)/).map((command) => command.trim());
  expect(commands.length).toBeGreaterThan(5);
  for (const command of commands) expect(page).toContain(command);
});
