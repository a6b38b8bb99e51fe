#!/usr/bin/env node
import module from 'node:module';
import { fileURLToPath } from 'node:url';

// The launcher runs on any Node, so that a Node too old for the TypeScript behind it gets a sentence instead of a stack.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `fanbus needs Node 24 or newer, as the Lambda runtime it deploys; this is ${process.version}. ` +
      'On Linux x64 run it as "npx fanbus" (npm ci brings Node 24 along); elsewhere install Node 24.',
  );
  process.exit(1);
}
// Half of what a short command costs is reading its TypeScript: the next one finds it compiled.
module.enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/fanbus/compiled', import.meta.url)));
await import('./cli.ts');
