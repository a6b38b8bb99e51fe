import type { Subscription } from '../../runtime/subscription.ts';
import { pictureUploaded } from '../image.ts';

export const subscription = {
  name: 'scan-image',
  description: 'Scans an uploaded picture for malware and moves what it finds into quarantine.',
  consumes: [pictureUploaded],
  emits: ['ImageScanned.v1'],
  // One picture at a time: a function's memory is sized for one.
  batch: { size: 1, maxConcurrency: 5 },
  function: {
    memoryMb: 1024,
    // A picture takes well under a second, 25 MB made to be slow for the rules take some twenty.
    timeoutSeconds: 60,
    files: {
      'yara-x.wasm': 'node_modules/@virustotal/yara-x/pkg/yara_x_js_bg.wasm',
      rules: 'services/images/scan-image/rules',
    },
  },
} as const satisfies Subscription;
