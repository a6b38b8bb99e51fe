import type { Engine } from '../local-service.ts';
import { createScope } from './create-scope.ts';
import type { PlannedStack } from './refuse-unsupported.ts';
import type { StackSource } from './stack-source.ts';

/** The stack's resources without those whose condition is false, and without CDK's own statistics. */
export function planStack(source: StackSource, engine: Pick<Engine, 'accountId' | 'region'>): PlannedStack {
  const scope = createScope({ source, stackId: '', engine, resources: new Map(), exports: new Map() });
  const resources = Object.entries(source.template.Resources ?? {}).filter(
    ([, { Condition, Type }]) =>
      Type !== 'AWS::CDK::Metadata' && (Condition === undefined || scope.isTrue(Condition)),
  );
  return { source, resources: new Map(resources) };
}
