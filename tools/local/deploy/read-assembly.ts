import { readFileSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../user-error.ts';
import type { Template } from './template.ts';
import { topologicalOrder } from './topological-order.ts';

/** One stack of a cloud assembly. */
export interface AssemblyStack {
  readonly name: string;
  readonly template: Template;
  /** Values for the template's parameters that the assembly itself gives. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Folder or file of an asset, by the S3 key that the template names. Throws `UserError` for an unknown key. */
  readonly asset: (s3Key: string) => string;
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
    const template = readJson(path.join(assemblyDir, properties.templateFile ?? '')) as Template;
    return [{ name: properties.stackName ?? id, template, parameters: properties.parameters ?? {}, asset }];
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
