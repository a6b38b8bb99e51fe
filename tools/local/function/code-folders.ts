import { constants, cpSync, mkdirSync, mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { DeclaredResource } from '../local-service.ts';
import type { Source } from '../source/source.ts';
import { linkFolder } from './link-folder.ts';
import { unzip } from './unzip.ts';

/** A function's code: text of an `index.js`, a ZIP archive, or what lies in S3 unless `asset` gives its folder or file by its key. */
export type FunctionCode =
  | { readonly inline: string }
  | { readonly archive: Buffer }
  | { readonly bucket: string; readonly key: string; readonly asset?: DeclaredResource['asset'] };

/** Takes functions' code as it is now. */
export interface CodeFolders {
  /**
   * Answers what gives the path of a folder with the code: made at the first call, and each time the code is taken another. A copy,
   * so that no `package.json` or `node_modules` above an asset changes how it loads, and what the function writes there changes
   * nothing of the asset: neither is so on AWS.
   */
  unpack(code: FunctionCode): Promise<() => string>;
}

/** Unpacks functions' code into folders under `into`. */
export function createCodeFolders(options: {
  readonly into: string;
  readonly source: Pick<Source, 'read'>;
}): CodeFolders {
  const { into, source } = options;
  // What an assembly gave once is there for a rollback when the assembly is not.
  const linkedByKey = new Map<string, string>();
  mkdirSync(into, { recursive: true });

  return {
    async unpack(code) {
      const taskRoot = mkdtempSync(path.join(into, 'task-'));
      if ('inline' in code) writeFileSync(path.join(taskRoot, 'index.js'), code.inline);
      else if ('archive' in code) await unzip(code.archive, taskRoot);
      else {
        const { asset, bucket, key } = code;
        const file = linkedByKey.get(key) ?? asset?.(key);
        if (file !== undefined && statSync(file).isDirectory()) {
          return copyLater(linkedByKey.get(key) ?? link(key, file), taskRoot);
        }
        await unzip(file === undefined ? await source.read(bucket, key) : readFileSync(file), taskRoot);
      }
      return () => taskRoot;
    },
  };

  function link(key: string, folder: string): string {
    const linked = mkdtempSync(path.join(into, 'code-'));
    linkFolder(folder, linked);
    linkedByKey.set(key, linked);
    return linked;
  }
}

/** Copying tens of megabytes for each function is what a deployment would take longest for, and most are not called. */
function copyLater(linked: string, taskRoot: string): () => string {
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
