import { compileRules, type RuleFiles } from './compile-rules.ts';
import type { Threat } from './threat.ts';

/**
 * What bytes are, to rules: a picture as it was uploaded; all that is inside a picture and behind it but is not pixels; or
 * something else than a picture.
 */
export type Part = 'picture' | 'inside' | 'other';

export interface Yara {
  /** The rules that match, in the order of their files. */
  scan(bytes: Uint8Array, part: Part): Threat[];
}

/** Compiles the rules, which takes half a second: do it once. Throws `BrokenRulesError`. */
export function openYara(files: RuleFiles): Yara {
  const scanner = compileRules(files).scanner();
  // A file may match hundreds of thousands of times, and to list that takes longer than to find it.
  scanner.setMaxMatchesPerPattern(1);
  return {
    scan(bytes, part) {
      scanner.setGlobal('part', part);
      const { valid, errors, matches }: ScanResult = scanner.scan(bytes);
      if (!valid) throw new Error(`YARA-X could not scan ${bytes.length} bytes: ${errors.join(', ')}`);
      return matches.map(({ identifier, metadata }) => ({
        engine: 'yara-x',
        rule: identifier,
        description: String(metadata.find((item) => item.identifier === 'description')?.value ?? identifier),
      }));
    },
  };
}

/** What of it is read here. */
interface ScanResult {
  readonly valid: boolean;
  readonly errors: readonly string[];
  readonly matches: readonly {
    readonly identifier: string;
    readonly metadata: readonly { readonly identifier: string; readonly value: unknown }[];
  }[];
}
