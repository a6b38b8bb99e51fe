import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface BundleMeasurement {
  readonly function: string;
  readonly bytes: number;
  /** Milliseconds that a fresh Node process takes to load it, the median of seven. */
  readonly coldImportMs: number;
}

/** The size and the cold import of every function in a cloud assembly. */
export function measureBundles(assemblyDir: string): BundleMeasurement[] {
  return readdirSync(assemblyDir)
    .filter((file) => file.endsWith('.template.json'))
    .flatMap((file) => functionsOf(assemblyDir, file))
    .map(({ name, folder, variables }) => {
      const times = Array.from({ length: 7 }, () => importMs(join(folder, 'index.js'), variables));
      return {
        function: name,
        bytes: readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
        coldImportMs: times.sort((a, b) => a - b)[3] ?? 0,
      };
    });
}

interface Template {
  readonly Resources: Readonly<
    Record<
      string,
      {
        readonly Type: string;
        readonly Properties?: {
          readonly FunctionName: string;
          readonly Code: { readonly S3Key: string };
          readonly Environment?: { readonly Variables: Readonly<Record<string, unknown>> };
        };
      }
    >
  >;
}

function functionsOf(assemblyDir: string, file: string) {
  const template: Template = JSON.parse(readFileSync(join(assemblyDir, file), 'utf8'));
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::Lambda::Function' || !Properties) return [];
    const { FunctionName, Code, Environment } = Properties;
    return [
      {
        name: FunctionName,
        folder: join(assemblyDir, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
        variables: Object.keys(Environment?.Variables ?? {}),
      },
    ];
  });
}

/** A handler reads its environment as it loads, so every variable it is deployed with has some value. */
function importMs(path: string, variables: readonly string[]): number {
  const script = `const start = performance.now(); require(${JSON.stringify(path)}); process.stdout.write(String(performance.now() - start)); process.exit()`;
  const env = { ...Object.fromEntries(variables.map((name) => [name, '1'])), AWS_REGION: 'us-east-1' };
  return Number(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }));
}
