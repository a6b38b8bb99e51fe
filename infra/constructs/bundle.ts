import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetCode, type Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * One minified CommonJS file with everything a handler imports, the AWS SDK included; the handler is `index.handler`.
 * NodejsFunction would do the same with a start of npx and a line on the terminal for each function.
 */
export function bundle(entry: URL): Code {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(entry)],
    outfile: 'index.js',
    write: false,
    // Paths inside are relative to here, so that a bundle does not depend on where the clone lies.
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // The ES module build of a package, where it has one, so that what is not used drops out.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'silent',
  });
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-bundle-'));
  for (const { path, contents } of outputFiles) writeFileSync(join(folder, basename(path)), contents);
  return new PassingAsset(folder);
}

/** A folder that is of no more use once the cloud assembly has its copy. */
class PassingAsset extends AssetCode {
  override bind(scope: Construct): CodeConfig {
    const config = super.bind(scope);
    rmSync(this.path, { recursive: true });
    return config;
  }
}
