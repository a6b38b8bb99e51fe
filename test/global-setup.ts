import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { generate } from '../tools/codegen/generate.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Where test files leave the assemblies they synthesised for each other. */
    assemblies: string;
  }
}

/** Once for all test files: the contracts are generated, and there is a folder for what they synthesise. */
export default async function setUp(project: TestProject): Promise<() => void> {
  await generate();
  const assemblies = mkdtempSync(join(tmpdir(), 'test-assemblies-'));
  project.provide('assemblies', assemblies);
  return () => rmSync(assemblies, { recursive: true });
}
