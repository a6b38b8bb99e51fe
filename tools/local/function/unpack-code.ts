import { constants, cpSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../user-error.ts';
import type { DeclaredResource } from '../local-service.ts';
import { readProperties } from '../wire/read-properties.ts';
import { linkFolder } from './link-folder.ts';

/**
 * Takes a function's code as it is now, and answers what gives the path of a folder of its own under `into` with it: made at the
 * first call. A copy, so that no `package.json` or `node_modules` above the asset changes how it loads, and what the function
 * writes there changes nothing of the asset: neither is so on AWS.
 */
export function unpackCode(
  { asset, logicalId, properties, stackName }: DeclaredResource,
  into: string,
): () => string {
  const code = readProperties(readProperties(properties).object('Code'));
  mkdirSync(into, { recursive: true });
  const taskRoot = mkdtempSync(path.join(into, 'task-'));
  const inline = code.text('ZipFile');
  if (inline !== undefined) {
    writeFileSync(path.join(taskRoot, 'index.js'), inline);
    return () => taskRoot;
  }
  const source = asset(code.text('S3Key') ?? '');
  if (!statSync(source).isDirectory())
    throw new UserError(
      `the code of ${stackName}/${logicalId} is the file ${source}: only folders are run here. Give its folder to Code.fromAsset instead of an archive.`,
    );
  // Copying tens of megabytes for each function is what a deployment would take longest for, and most are not called.
  const linked = mkdtempSync(path.join(into, 'code-'));
  linkFolder(source, linked);
  let isCopied = false;
  return () => {
    if (!isCopied)
      cpSync(linked, taskRoot, {
        recursive: true,
        mode: constants.COPYFILE_FICLONE,
        verbatimSymlinks: true,
      });
    isCopied = true;
    return taskRoot;
  };
}
