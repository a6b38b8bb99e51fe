import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetCode, type Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { buildSync } from 'esbuild';
import type { FunctionArchitecture } from '../../services/runtime/subscription.ts';
import type { BundleFile } from './bundle/bundle-file.ts';
import { listFiles } from './bundle/list-files.ts';
import { listPackages } from './bundle/list-packages.ts';
import { refuseFaultyFiles } from './bundle/refuse-faulty-files.ts';

export interface BundleOptions {
  /** The TypeScript file that exports `handler`. */
  readonly entry: URL;
  readonly architecture: FunctionArchitecture;
  /** npm packages with native code, put beside the bundle with all they need to run on that architecture. */
  readonly nativePackages: readonly string[];
  /** Files and folders put beside the bundle: name → path from the repository's root. */
  readonly files: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * One minified CommonJS file with everything a handler imports, the AWS SDK included; the handler is `index.handler`.
 * Beside it lies what cannot be in it: native packages in `node_modules`, and `files`, to be found in `import.meta.dirname`.
 * NodejsFunction would do the same with a start of npx and a line on the terminal for each function.
 * Throws `SettingsError` for a file that is not there, two of one name, and more than a function may hold.
 */
export function bundle({ entry, architecture, nativePackages, files }: BundleOptions): Code {
  const path = fileURLToPath(entry);
  const bundled: BundleFile[] = [
    { name: 'index.js', contents: build(path, nativePackages) },
    ...listPackages(nativePackages, { root, architecture }),
    ...listFiles(files, root),
  ];
  refuseFaultyFiles(bundled, relative(root, path));
  return new PassingAsset(write(bundled));
}

function build(entry: string, external: readonly string[]): Uint8Array {
  const { outputFiles } = buildSync({
    entryPoints: [entry],
    outfile: 'index.js',
    write: false,
    // Paths inside are relative to here, so that a bundle does not depend on where the clone lies.
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // CommonJS has no import.meta.
    define: { 'import.meta.dirname': '__dirname' },
    external: [...external],
    // The ES module build of a package, where it has one, so that what is not used drops out.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'silent',
  });
  const [index] = outputFiles;
  if (index === undefined) throw new Error(`esbuild made nothing of ${entry}`);
  return index.contents;
}

function write(files: readonly BundleFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-bundle-'));
  for (const file of files) {
    const target = join(folder, file.name);
    mkdirSync(dirname(target), { recursive: true });
    if ('contents' in file) writeFileSync(target, file.contents);
    else copyFileSync(file.source, target);
  }
  return folder;
}

/** A folder that is of no more use once the cloud assembly has its copy. */
class PassingAsset extends AssetCode {
  override bind(scope: Construct): CodeConfig {
    const config = super.bind(scope);
    rmSync(this.path, { recursive: true });
    return config;
  }
}
