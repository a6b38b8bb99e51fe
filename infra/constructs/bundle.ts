import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AssetHashType } from 'aws-cdk-lib';
import { Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import { buildSync } from 'esbuild';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** One minified CommonJS file with everything a handler imports, the AWS SDK included, as `index.handler`. */
export function bundle(entry: URL): Code {
  return Code.fromAsset(fileURLToPath(new URL('.', entry)), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never pulled: bundling happens here. NodejsFunction would start npx and a shell for each function.
      image: Runtime.NODEJS_24_X.bundlingImage,
      local: {
        tryBundle: (outputDir) => {
          buildSync({
            entryPoints: [fileURLToPath(entry)],
            outfile: join(outputDir, 'index.js'),
            // Paths relative to here, so that a bundle does not depend on where the clone lies.
            absWorkingDir: root,
            bundle: true,
            minify: true,
            platform: 'node',
            target: 'node24',
            format: 'cjs',
            // The ES module build of a package, where it has one, so that what is not used drops out.
            mainFields: ['module', 'main'],
            legalComments: 'none',
            logLevel: 'warning',
          });
          return true;
        },
      },
    },
  });
}
