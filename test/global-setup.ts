import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateWhenChanged } from '../tools/codegen/generate-when-changed.ts';

/**
 * Once for all test files: the contracts are generated, and temporary files go into a folder of this run. Answers how to remove it:
 * CDK leaves a folder behind for each template that a test looks at.
 */
export default async function setUp(): Promise<() => void> {
  await generateWhenChanged();
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}
