import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';

const repository = join(import.meta.dirname, '../../..');

/** A folder for codegen to run in: the shared metadata and these schemas by path, or a copy of all of ours. */
export function openSchemas(schemas?: Readonly<Record<string, string | object>>): string {
  const root = mkdtempSync(join(tmpdir(), 'fanbus-codegen-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const copied = schemas ? 'schemas/metadata.json' : 'schemas';
  cpSync(join(repository, copied), join(root, copied), { recursive: true });
  for (const [path, schema] of Object.entries(schemas ?? {})) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof schema === 'string' ? schema : JSON.stringify(schema));
  }
  return root;
}
