import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BrokenRulesError } from '../../../../services/images/scan-image/broken-rules-error.ts';
import { compileRules } from '../../../../services/images/scan-image/compile-rules.ts';
import { ruleFiles } from './open-engines.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fanbus-rules-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function faultsOf(files: Readonly<Record<string, string>>): string {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  try {
    compileRules({ ...ruleFiles, rules: folder }).free();
    return '';
  } catch (error) {
    if (!(error instanceof BrokenRulesError)) throw error;
    return error.message;
  }
}

it('takes every .yar file of a folder and nothing else', () => {
  const rule = 'rule a { condition: part == "inside" and filesize > 3 }';
  expect(faultsOf({ 'a.yar': rule, 'b.yar': rule, 'README.md': '# Rules' })).toBe('');
});

it('refuses broken rules and slow ones with file, line and reason, all at once', () => {
  const message = faultsOf({
    'a-slow-one.yar': 'rule slow { strings: $a = "x" condition: $a }',
    'good.yar': 'rule good { condition: filesize > 3 }',
    'one.yar': 'rule one {\n  condition: kind == 1\n}',
    'two.yar': 'rule two {\n  strings:\n    $a = "text"\n  condition:\n    filesize > 3\n}',
    'three.yar': 'a rule\n',
  });
  expect(message).toContain(`slow pattern\n --> ${folder}/a-slow-one.yar:1:22`);
  expect(message).toContain(`unknown identifier \`kind\`\n --> ${folder}/one.yar:2:14`);
  expect(message).toContain(`unused pattern \`$a\`\n --> ${folder}/two.yar:3:5`);
  expect(message).toContain(`${folder}/three.yar:1:1`);
  expect(message).not.toContain('good.yar');
});

it('refuses a folder without rules', () => {
  expect(faultsOf({})).toContain(`${folder} has no *.yar file`);
});

it('finds a description for people in every rule that is shipped', () => {
  const files = readdirSync(ruleFiles.rules).filter((file) => file.endsWith('.yar'));
  expect(files.length).toBeGreaterThan(4);
  for (const file of files) {
    const text = readFileSync(join(ruleFiles.rules, file), 'utf8');
    expect(text.match(/^ {4}description = "\S.*"$/gm), file).toHaveLength(
      text.match(/^rule /gm)?.length ?? 0,
    );
  }
});
