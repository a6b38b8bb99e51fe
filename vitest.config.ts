import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// What tests load and what the commands they start load is compiled once.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/fanbus/compiled');

// CDK holds templates to CloudFormation's own rules at each synthesis, which takes as long as all the rest: test/infra/app.test.ts sees to it.
process.env.CDK_VALIDATION = 'false';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    setupFiles: ['test/leave-as-found.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    pool: 'forks',
    // A process takes one file after the other and imports CDK, the engine and the SDKs once: a third of what starting them
    // anew for each file costs. So a file leaves the process as it found it; the environment is seen to.
    isolate: false,
    fsModuleCache: true,
  },
});
