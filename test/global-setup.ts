import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateWhenChanged } from '../tools/codegen/generate-when-changed.ts';

/**
 * Once for all test files: the contracts are generated, and temporary files go into a folder that is removed at the end: CDK
 * leaves one behind for each template that a test looks at.
 */
export default async function setUp(): Promise<void> {
  await generateWhenChanged();
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-tests-'));
  process.env.TMPDIR = folder;
  // Not as vitest's teardown, which a second Ctrl-C leaves out.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
}
