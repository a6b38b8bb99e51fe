import { copyFileSync, existsSync, linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { FileAssetPackaging, Stack, Stage } from 'aws-cdk-lib';
import { Code, type CodeConfig } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { BundleFile } from './bundle-file.ts';
import { hashFiles } from './hash-files.ts';

/**
 * Code that stands in the cloud assembly as links to its files, so that the megabytes that functions share are neither copied nor
 * hashed for each of them. Whoever runs it from there must copy it: what is written into it is written into node_modules.
 */
export class LinkedCode extends Code {
  readonly isInline = false;
  readonly #files: readonly BundleFile[];

  constructor(files: readonly BundleFile[]) {
    super();
    this.#files = files;
  }

  override bind(scope: Construct): CodeConfig {
    const stage = Stage.of(scope);
    if (stage === undefined) throw new Error(`${scope.node.path} is in no app`);
    const { assetOutdir, outdir } = stage;
    const sourceHash = hashFiles(this.#files);
    const folder = join(assetOutdir, `asset.${sourceHash}`);
    if (!existsSync(folder)) this.#link(folder);
    return {
      s3Location: Stack.of(scope).synthesizer.addFileAsset({
        sourceHash,
        fileName: relative(outdir, folder),
        packaging: FileAssetPackaging.ZIP_DIRECTORY,
        deployTime: true,
      }),
    };
  }

  #link(folder: string): void {
    const unfinished = `${folder}-unfinished`;
    rmSync(unfinished, { recursive: true, force: true });
    for (const file of this.#files) {
      const target = join(unfinished, file.name);
      mkdirSync(dirname(target), { recursive: true });
      if ('contents' in file) writeFileSync(target, file.contents);
      else linkOrCopy(file.source, target);
    }
    renameSync(unfinished, folder);
  }
}

/** A link reaches no other disk. */
function linkOrCopy(source: string, target: string): void {
  try {
    linkSync(source, target);
  } catch {
    copyFileSync(source, target);
  }
}
