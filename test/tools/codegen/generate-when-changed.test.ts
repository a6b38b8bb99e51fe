import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { generateWhenChanged } from '../../../tools/codegen/generate-when-changed.ts';
import { openSchemas } from './open-schemas.ts';

it('generates once, and again when a schema or what was generated is changed', async () => {
  const root = openSchemas();
  const eventMap = join(root, 'generated/event-map.ts');
  expect(await generateWhenChanged(root)).toBe(false);
  const generated = readFileSync(eventMap, 'utf8');
  expect(await generateWhenChanged(root)).toBe(true);

  writeFileSync(eventMap, 'lost');
  expect(await generateWhenChanged(root)).toBe(false);
  expect(readFileSync(eventMap, 'utf8')).toBe(generated);

  rmSync(join(root, 'schemas/fanbus.tasks'), { recursive: true });
  expect(await generateWhenChanged(root)).toBe(false);
  expect(readFileSync(eventMap, 'utf8')).not.toBe(generated);
});
