import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../user-error.ts';
import type { StackSource } from './stack-source.ts';
import type { Template } from './template.ts';
import { topologicalOrder } from './topological-order.ts';

/** One stack of a cloud assembly. */
export interface AssemblyStack extends StackSource {
  readonly isProtected: boolean;
}

/** Reads what `cdk synth` wrote: the stacks of the app and of its stages, each after those it depends on. */
export function readAssembly(assemblyDir: string): readonly AssemblyStack[] {
  const { artifacts = {} } = readJson(path.join(assemblyDir, 'manifest.json')) as Manifest;
  const entries = Object.entries(artifacts);
  const paths = new Map(
    entries
      .filter(([, { type }]) => type === 'cdk:asset-manifest')
      .flatMap(([, { properties }]) => assetPaths(assemblyDir, properties?.file ?? '')),
  );
  const asset = (s3Key: string) => {
    const found = paths.get(s3Key);
    if (found !== undefined) return found;
    throw new UserError(`the assembly in ${assemblyDir} holds no asset ${s3Key}: synthesise it again.`);
  };

  const dependencies = new Map(entries.map(([id, artifact]) => [id, artifact.dependencies ?? []]));
  return topologicalOrder(dependencies, 'the stacks').flatMap((id) => {
    const { properties = {}, type } = artifacts[id] ?? {};
    if (type === 'cdk:cloud-assembly')
      return readAssembly(path.join(assemblyDir, properties.directoryName ?? ''));
    if (type !== 'aws:cloudformation:stack') return [];
    const {
      parameters = {},
      stackName = id,
      tags = {},
      templateFile = '',
      terminationProtection,
    } = properties;
    const template = readJson(path.join(assemblyDir, templateFile)) as Template;
    return [
      {
        name: stackName,
        template,
        body: JSON.stringify(template),
        parameters,
        tags,
        asset,
        isProtected: terminationProtection === true,
      },
    ];
  });
}

interface Manifest {
  readonly artifacts?: Readonly<Record<string, Artifact>>;
}

interface Artifact {
  readonly type?: string;
  readonly dependencies?: readonly string[];
  readonly properties?: {
    readonly file?: string;
    readonly directoryName?: string;
    readonly templateFile?: string;
    readonly stackName?: string;
    readonly parameters?: Readonly<Record<string, string>>;
    readonly tags?: Readonly<Record<string, string>>;
    readonly terminationProtection?: boolean;
  };
}

interface AssetManifest {
  readonly files?: Readonly<Record<string, FileAsset>>;
}

interface FileAsset {
  readonly source: { readonly path?: string };
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>;
}

function assetPaths(assemblyDir: string, file: string): readonly (readonly [string, string])[] {
  const { files = {} } = readJson(path.join(assemblyDir, file)) as AssetManifest;
  return Object.values(files).flatMap(({ destinations, source }) =>
    Object.values(destinations).map(
      ({ objectKey }) => [objectKey, path.resolve(assemblyDir, source.path ?? '')] as const,
    ),
  );
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new UserError(
      `${file} cannot be read: ${cause instanceof Error ? cause.message : cause}. It should be part of a folder that cdk synth wrote.`,
      { cause },
    );
  }
}
