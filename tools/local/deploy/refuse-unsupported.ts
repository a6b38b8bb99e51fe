import { UserError } from '../../user-error.ts';
import type { ResourceProvider } from '../local-service.ts';
import { findReferences } from './find-references.ts';
import { isIntrinsic, knownIntrinsics } from './resolve-intrinsics.ts';
import type { StackSource } from './stack-source.ts';
import type { TemplateResource } from './template.ts';

/** A stack with the resources that its conditions let through. */
export interface PlannedStack {
  readonly source: StackSource;
  readonly resources: ReadonlyMap<string, TemplateResource>;
}

/** Throws one `UserError` that names everything in an app that cannot be deployed here; returns when there is nothing. */
export function refuseUnsupported(
  planned: readonly PlannedStack[],
  providers: ReadonlyMap<string, ResourceProvider>,
): void {
  const refused = planned.flatMap(({ resources, source }) => [
    ...(source.template.Transform === undefined ? [] : [`${source.name} Transform`]),
    ...unsupportedParameters(source),
    ...[...resources].flatMap(([logicalId, resource]) =>
      unsupportedIn(resource, providers).map(
        (what) => `${source.name}/${logicalId} (${resource.Type})${what && ` ${what}`}`,
      ),
    ),
  ]);
  if (refused.length === 0) return;
  const hasUnknownType = planned.some(({ resources }) =>
    [...resources.values()].some(({ Type }) => !providers.has(Type)),
  );
  throw new UserError(
    [
      `nothing was deployed: the local AWS does not support ${refused.length === 1 ? 'this' : `these ${refused.length} things`}:`,
      ...refused.map((line) => `  ${line}`),
      'Take them out of the stacks that you run here.',
      ...(hasUnknownType ? [`Supported types: ${[...providers.keys()].sort().join(', ')}.`] : []),
    ].join('\n'),
  );
}

/** What of a resource is not supported: '' for the resource as a whole. */
function unsupportedIn(
  { Properties = {}, Type }: TemplateResource,
  providers: ReadonlyMap<string, ResourceProvider>,
): readonly string[] {
  const provider = providers.get(Type);
  if (!provider) return [''];
  const names = Object.keys(Properties).filter(
    (name) => !provider.honoured.includes(name) && !Object.hasOwn(provider.withoutEffect, name),
  );
  return [
    ...names.map((name) => `property ${name}`),
    ...(provider.refusals?.(Properties) ?? []).map((refusal) => `property ${refusal}`),
    ...unknownFunctions(Properties),
  ];
}

function unknownFunctions(value: unknown): readonly string[] {
  if (typeof value === 'string') {
    const reference = /\{\{resolve:[^}]*\}\}/.exec(value)?.[0];
    return reference === undefined ? [] : [`dynamic reference ${reference}`];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(!Array.isArray(value) && isIntrinsic(key) && !knownIntrinsics.has(key) ? [`function ${key}`] : []),
    ...unknownFunctions(inner),
  ]);
}

function unsupportedParameters({ name: stackName, parameters, template }: StackSource): readonly string[] {
  const used = findReferences([template.Resources, template.Conditions, template.Outputs]);
  return Object.entries(template.Parameters ?? {})
    .filter(([name]) => used.has(name))
    .flatMap(([name, { Default, Type }]) => {
      if (Type.startsWith('AWS::SSM::')) return [`${stackName}/${name} (parameter) type ${Type}`];
      return (parameters[name] ?? Default) === undefined
        ? [`${stackName}/${name} (parameter) without a default`]
        : [];
    });
}
