import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Compiler, initSync, type Rules } from '@virustotal/yara-x';
import { BrokenRulesError } from './broken-rules-error.ts';

export interface RuleFiles {
  /** Path of YARA-X's WebAssembly. */
  readonly wasm: string;
  /** Folder of `*.yar` files. */
  readonly rules: string;
}

/**
 * Compiles every rule file of a folder. Throws `BrokenRulesError` with file, line and reason of all that is wrong. A warning
 * counts: a slow pattern takes minutes for a large picture and cannot be stopped.
 */
export function compileRules({ wasm, rules: folder }: RuleFiles): Rules {
  // The first call in a process is the one that counts.
  initSync({ module: readFileSync(wasm) });
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yar'))
    .sort();
  if (files.length === 0) throw new BrokenRulesError([`${folder} has no *.yar file`]);
  const compiler = new Compiler();
  compiler.defineGlobal('part', '');
  const faults: string[] = [];
  for (const file of files) {
    compiler.newNamespace(file);
    const before = { errors: compiler.errors.length, warnings: compiler.warnings.length };
    try {
      compiler.addSource(readFileSync(join(folder, file), 'utf8'));
    } catch {
      // It is among the compiler's errors, each on its own.
    }
    const found = [...compiler.errors.slice(before.errors), ...compiler.warnings.slice(before.warnings)];
    faults.push(...found.map((text) => withFile(text, join(folder, file))));
  }
  if (faults.length > 0) {
    compiler.free();
    throw new BrokenRulesError(faults);
  }
  return compiler.build();
}

/** YARA-X says ` --> line:7:14`. */
function withFile(text: string, path: string): string {
  return text.replace(/--> line:(\d+):(\d+)/, `--> ${path}:$1:$2`);
}
