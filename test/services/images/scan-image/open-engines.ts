import { join } from 'node:path';
import { subscription } from '../../../../services/images/scan-image/subscription.ts';
import { openYara, type Yara } from '../../../../services/images/scan-image/yara.ts';

const root = join(import.meta.dirname, '../../../..');

/** The files that the function is shipped with. */
export const ruleFiles = {
  wasm: join(root, subscription.function.files['yara-x.wasm']),
  rules: join(root, subscription.function.files.rules),
};

export function openEngines(): { readonly yara: Yara } {
  return { yara: openYara(ruleFiles) };
}
