import type { BuildOptions } from 'esbuild';

/** How esbuild makes CommonJS for Lambda's Node of a handler below `root`. What is `external` stays an import. */
export function buildSettings(root: string, external: readonly string[]): BuildOptions {
  return {
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
  };
}
