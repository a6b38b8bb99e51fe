import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SourceStack } from './plan-deployment.ts';

/** The stacks of a cloud assembly, each behind those it comes after. */
export function readSourceStacks(assembly: string): readonly SourceStack[] {
  const { artifacts }: { readonly artifacts: Readonly<Record<string, Artifact>> } = read(
    assembly,
    'manifest.json',
  );
  const ordered = new Map<string, SourceStack>();
  const add = (name: string) => {
    const artifact = artifacts[name];
    if (artifact?.type !== 'aws:cloudformation:stack' || ordered.has(name)) return;
    const after = (artifact.dependencies ?? []).filter((one) => artifacts[one]?.type === artifact.type);
    for (const first of after) add(first);
    ordered.set(name, { name, after, template: read(assembly, artifact.properties.templateFile) });
  };
  for (const name of Object.keys(artifacts)) add(name);
  return [...ordered.values()];
}

/** Of our stacks the artifact's id is the stack's name without the stage's prefix. */
interface Artifact {
  readonly type: string;
  readonly dependencies?: readonly string[];
  readonly properties: { readonly templateFile: string };
}

function read<T>(folder: string, file: string): T {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
