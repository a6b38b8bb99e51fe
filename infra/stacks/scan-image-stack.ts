import { fileURLToPath } from 'node:url';
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { imagePrefixes } from '../../services/images/image.ts';
import { BrokenRulesError } from '../../services/images/scan-image/broken-rules-error.ts';
import { compileRules } from '../../services/images/scan-image/compile-rules.ts';
import { subscription } from '../../services/images/scan-image/subscription.ts';
import { allowObjects, allowToRead } from '../allow-objects.ts';
import { Subscription } from '../constructs/subscription.ts';
import { namesOf } from '../names.ts';
import { SettingsError } from '../settings-error.ts';
import { stackSettings } from '../stack-settings.ts';
import type { Stage } from '../stage.ts';

/** Scans a picture for malware. */
export class ScanImageStack extends Stack {
  constructor(scope: Construct, stage: Stage) {
    super(scope, subscription.name, stackSettings(stage, subscription.name, subscription.description));
    refuseBrokenRules();
    const consumer = new Subscription(this, 'Subscription', {
      subscription,
      entry: new URL('../../services/images/scan-image/handler.ts', import.meta.url),
      stage,
      settings: ['CLAMD_ADDRESS'],
      bucketName: namesOf({ stage: stage.name }).imagesBucket,
    });
    allowToRead(consumer, { bucket: 'imagesBucket', prefix: imagePrefixes.uploads, stage });
    allowObjects(consumer, {
      actions: ['s3:DeleteObject'],
      bucket: 'imagesBucket',
      prefix: imagePrefixes.uploads,
      stage,
    });
    allowObjects(consumer, {
      actions: ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging'],
      bucket: 'imagesBucket',
      prefix: imagePrefixes.quarantine,
      stage,
    });
  }
}

/** They are compiled again where they are used; there it would be too late to say what is wrong with them. */
function refuseBrokenRules(): void {
  const { rules, 'yara-x.wasm': wasm } = subscription.function.files;
  try {
    compileRules({ wasm: fromRoot(wasm), rules: fromRoot(rules) }).free();
  } catch (error) {
    if (!(error instanceof BrokenRulesError)) throw error;
    throw new SettingsError(error.message, { cause: error });
  }
}

function fromRoot(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
