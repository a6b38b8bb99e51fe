import type { Engine, JsonObject } from '../local-service.ts';
import { createScope } from './create-scope.ts';
import { findReferences } from './find-references.ts';
import { planStack } from './plan-stack.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import { replacingProperties } from './replacing-properties.ts';
import { resolveIntrinsics, type Scope } from './resolve-intrinsics.ts';
import type { PropertyChange, ResourceChange, Stack } from './stack.ts';
import type { TemplateResource } from './template.ts';

type PlannedFrom = Pick<Stack, 'declared' | 'deployed' | 'id' | 'source'>;

/**
 * What a deployment would do to a stack's resources, in the template's order and then what it removes. Throws what the template's
 * functions throw.
 */
export function planChanges(options: {
  readonly stack: PlannedFrom;
  readonly plan: PlannedStack;
  readonly engine: Pick<Engine, 'accountId' | 'region'>;
  readonly exports: ReadonlyMap<string, string>;
}): readonly ResourceChange[] {
  const { engine, exports, plan, stack } = options;
  const before = stack.source && planStack(stack.source, engine).resources;
  const scope = foreseeing(
    createScope({ source: plan.source, stackId: stack.id, engine, exports, resources: stack.deployed }),
    plan,
    stack,
  );
  const details = new Map(
    [...plan.resources].map(([logicalId, resource]) => [
      logicalId,
      detailsOf({
        resource,
        before: before?.get(logicalId),
        declared: stack.declared.get(logicalId)?.properties,
        scope,
      }),
    ]),
  );
  addCaused(details, plan);

  const kept = [...plan.resources].flatMap(([logicalId, resource]): ResourceChange[] => {
    const { Type: type, UpdateReplacePolicy = 'Delete' } = resource;
    const declared = stack.declared.get(logicalId);
    if (!declared) return [{ action: 'Add', logicalId, type, details: [] }];
    const own = details.get(logicalId) ?? [];
    const replacement = declared.type === type ? replacementOf(own) : 'True';
    if (own.length === 0 && replacement === 'False') return [];
    const { physicalId } = stack.deployed.get(logicalId) ?? {};
    const retains = UpdateReplacePolicy.startsWith('Retain');
    const policyAction = retains ? 'ReplaceAndRetain' : 'ReplaceAndDelete';
    return [
      {
        action: 'Modify',
        logicalId,
        type,
        physicalId,
        replacement,
        details: own,
        ...(replacement !== 'False' && { policyAction }),
      },
    ];
  });
  const removed = [...stack.declared]
    .filter(([logicalId]) => !plan.resources.has(logicalId))
    .map(([logicalId, { deletionPolicy, type }]): ResourceChange => {
      const policyAction = deletionPolicy?.startsWith('Retain') ? 'Retain' : 'Delete';
      const { physicalId } = stack.deployed.get(logicalId) ?? {};
      return { action: 'Remove', logicalId, type, physicalId, policyAction, details: [] };
    });
  return [...kept, ...removed];
}

/** Whether a deployment would change nothing of a stack: no resource, no output, no parameter, no tag. */
export function isUnchanged(stack: Stack, plan: PlannedStack, changes: readonly ResourceChange[]): boolean {
  if (changes.length > 0 || !/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.status)) return false;
  return stack.source !== undefined && besides(stack.source) === besides(plan.source);
}

function besides({ parameters, tags, template }: PlannedStack['source']): string {
  const statistics = Object.values(template.Resources ?? {}).filter(
    ({ Type }) => Type === 'AWS::CDK::Metadata',
  );
  return JSON.stringify([parameters, tags, template.Outputs ?? {}, statistics]);
}

function detailsOf(options: {
  readonly resource: TemplateResource;
  readonly before: TemplateResource | undefined;
  /** As JSON; absent when the resource is not there yet. */
  readonly declared: string | undefined;
  readonly scope: Scope;
}): PropertyChange[] {
  const { before, declared, resource, scope } = options;
  const { Properties = {}, Type } = resource;
  const after = resolveIntrinsics(Properties, scope) as JsonObject;
  if (declared === undefined) return [];
  const old: JsonObject = JSON.parse(declared);
  const names = [...new Set([...Object.keys(old), ...Object.keys(after)])];
  const attributes = before ? (['Metadata', 'DeletionPolicy', 'UpdateReplacePolicy'] as const) : [];
  return [
    ...names
      .filter((name) => JSON.stringify(old[name]) !== JSON.stringify(after[name]))
      .map((name): PropertyChange => {
        const isReplacing = replacingProperties[Type]?.includes(name);
        return { attribute: 'Properties', name, requiresRecreation: isReplacing ? 'Always' : 'Never' };
      }),
    ...attributes
      .filter((attribute) => JSON.stringify(before?.[attribute]) !== JSON.stringify(resource[attribute]))
      .map((attribute): PropertyChange => ({ attribute, requiresRecreation: 'Never' })),
  ];
}

/** What changes because it refers to a resource that is replaced, until nothing more does. */
function addCaused(details: ReadonlyMap<string, PropertyChange[]>, { resources }: PlannedStack): void {
  const replaced = [...details].filter(([, own]) => replacementOf(own) !== 'False').map(([id]) => id);
  for (const causedBy of replaced) {
    for (const [logicalId, { Properties = {}, Type }] of resources) {
      const own = details.get(logicalId) ?? [];
      for (const [name, value] of Object.entries(Properties)) {
        if (!findReferences(value).has(causedBy) || own.some((each) => each.name === name)) continue;
        const requiresRecreation = replacingProperties[Type]?.includes(name) ? 'Conditionally' : 'Never';
        own.push({ attribute: 'Properties', name, requiresRecreation, causedBy });
        if (requiresRecreation === 'Conditionally' && !replaced.includes(logicalId)) replaced.push(logicalId);
      }
    }
  }
}

function replacementOf(details: readonly PropertyChange[]): 'True' | 'False' | 'Conditional' {
  if (details.some(({ requiresRecreation }) => requiresRecreation === 'Always')) return 'True';
  return details.some(({ requiresRecreation }) => requiresRecreation === 'Conditionally')
    ? 'Conditional'
    : 'False';
}

/** The scope, with words that no resource has for what is known only after the deployment. */
function foreseeing(scope: Scope, { resources }: PlannedStack, { deployed }: PlannedFrom): Scope {
  const isToCome = (name: string) => resources.has(name) && !deployed.has(name);
  return {
    ...scope,
    reference: (name) => (isToCome(name) ? `{{${name}}}` : scope.reference(name)),
    attribute: (name, attribute) =>
      isToCome(name) ? `{{${name}.${attribute}}}` : scope.attribute(name, attribute),
  };
}
