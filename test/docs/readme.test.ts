import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');

it.each(['subscription', 'handler'])('quotes the %s of a consumer that compiles', (name) => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const compiled = readFileSync(join(root, 'test/docs/praise', `${name}.ts`), 'utf8');
  const quoted = compiled.replaceAll("'../../../services/runtime/", "'../../runtime/");
  expect(readme).toContain(`\`\`\`ts\n// services/tasks/praise/${name}.ts\n${quoted}\`\`\``);
});
