import { constants, cpSync, mkdirSync, mkdtempSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../user-error.ts';
import type { DeclaredResource } from '../local-service.ts';
import { readProperties } from '../wire/read-properties.ts';

/**
 * Puts a function's code into a folder of its own under `into` and answers its path. A copy, so that no `package.json` or `node_modules`
 * above the asset changes how it loads: neither is there on AWS.
 */
export function unpackCode(
  { asset, logicalId, properties, stackName }: DeclaredResource,
  into: string,
): string {
  const code = readProperties(readProperties(properties).object('Code'));
  mkdirSync(into, { recursive: true });
  const taskRoot = mkdtempSync(path.join(into, 'task-'));
  const inline = code.text('ZipFile');
  if (inline !== undefined) {
    writeFileSync(path.join(taskRoot, 'index.js'), inline);
    return taskRoot;
  }
  const source = asset(code.text('S3Key') ?? '');
  if (!statSync(source).isDirectory())
    throw new UserError(
      `the code of ${stackName}/${logicalId} is the file ${source}: only folders are run here. Give its folder to Code.fromAsset instead of an archive.`,
    );
  cpSync(source, taskRoot, { recursive: true, mode: constants.COPYFILE_FICLONE });
  return taskRoot;
}
