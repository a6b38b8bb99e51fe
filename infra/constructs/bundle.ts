import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { FunctionArchitecture } from '../../services/runtime/subscription.ts';
import { buildHandler } from './bundle/build-handler.ts';
import { LinkedCode } from './bundle/linked-code.ts';
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
 * The code of a function, whose handler is `index.handler`: all it imports in one file, and beside it what cannot be in there, which
 * is native packages in `node_modules`, and `files`, to be found in `import.meta.dirname`. The same sources give the same bytes.
 * NodejsFunction would do the same with a start of npx and a line on the terminal for each function.
 * Throws `SettingsError` for a file that is not there, two of one name, and more than a function may hold.
 */
export function bundle({ entry, architecture, nativePackages, files }: BundleOptions): Code {
  const handler = fileURLToPath(entry);
  const all = [
    buildHandler(handler, { root, nativePackages }),
    ...listPackages(nativePackages, { root, architecture }),
    ...listFiles(files, root),
  ];
  refuseFaultyFiles(all, relative(root, handler));
  return new LinkedCode(all);
}
