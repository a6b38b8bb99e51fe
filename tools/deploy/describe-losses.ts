import { ResourceImpact, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { nameProperty, nameResource } from './name-resource.ts';
import type { Resource } from './template.ts';

/** Something that holds messages, rows, objects or events, and that a deployment takes out of use. */
export interface Loss {
  /** `table fanbus-dev-tasks` */
  readonly resource: string;
  /** `may be replaced` is for CloudFormation to decide. */
  readonly how: 'replaced' | 'may be replaced' | 'removed';
  /** The properties whose change makes CloudFormation replace it. */
  readonly because: readonly string[];
  /** Whether what it holds stays in the account, under no stack. */
  readonly isKept: boolean;
  /** Whether CloudFormation refuses: it makes the new one before it removes the old one, and both have one name. */
  readonly isRefused: boolean;
}

/** The state that is at stake. */
export function describeLosses(diff: TemplateDiff): readonly Loss[] {
  return Object.entries(diff.resources.changes).flatMap(([logicalId, difference]) => {
    const { newValue, oldValue } = difference as {
      readonly newValue?: Resource;
      readonly oldValue?: Resource;
    };
    const how = ways[difference.changeImpact];
    if (how === undefined || oldValue === undefined || !holdsState.has(oldValue.Type)) return [];
    const because = Object.entries(difference.propertyUpdates)
      .filter(([, { changeImpact }]) => changeImpact !== undefined && ways[changeImpact] !== undefined)
      .map(([property]) => property);
    const name = nameProperty(oldValue.Type);
    const isNamed = name !== undefined && oldValue.Properties?.[name] !== undefined;
    const policy = how === 'removed' ? oldValue.DeletionPolicy : newValue?.UpdateReplacePolicy;
    return [
      {
        resource: nameResource(logicalId, oldValue),
        how,
        because,
        isKept: policy === 'Retain',
        isRefused: how === 'replaced' && isNamed && !because.includes(name),
      },
    ];
  });
}

/** Whether what a resource of the type holds is gone with it. */
export function isStateful(type: string): boolean {
  return holdsState.has(type);
}

const holdsState: ReadonlySet<string> = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::Archive',
  'AWS::S3::Bucket',
  'AWS::SQS::Queue',
]);

const ways: Readonly<Partial<Record<ResourceImpact, Loss['how']>>> = {
  [ResourceImpact.WILL_REPLACE]: 'replaced',
  [ResourceImpact.MAY_REPLACE]: 'may be replaced',
  [ResourceImpact.WILL_DESTROY]: 'removed',
  [ResourceImpact.WILL_ORPHAN]: 'removed',
};
