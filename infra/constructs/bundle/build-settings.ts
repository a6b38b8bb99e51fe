import type { BuildOptions } from 'esbuild';

export interface BuildSettingsOptions {
  /** The repository's folder. */
  readonly root: string;
  /** What stays an import. */
  readonly external: readonly string[];
}

/** How esbuild makes CommonJS for Lambda's Node of handlers below a root: in memory, each at its own path, and saying what it read. */
export function buildSettings({ root, external }: BuildSettingsOptions) {
  return {
    // Paths inside are relative to here, so that a bundle does not depend on where the clone lies.
    absWorkingDir: root,
    outbase: '.',
    outdir: 'bundles',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    // CommonJS has no import.meta.
    define: { 'import.meta.dirname': '__dirname' },
    external: [...new Set(external)].sort(),
    // The ES module build of a package, where it has one, so that what is not used drops out.
    mainFields: ['module', 'main'],
    legalComments: 'none',
    logLevel: 'silent',
  } as const satisfies BuildOptions;
}
