import { isDeepStrictEqual } from 'node:util';
import { type ResourceDifference, ResourceImpact, type TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { nameResource } from './name-resource.ts';
import { renderValue } from './render-value.ts';
import type { Resource } from './template.ts';

/** One thing that a deployment changes of a stack that is there, in words. */
export interface Change {
  /** `function fanbus-dev-make-thumbnails` */
  readonly resource: string;
  /** `memory`, `pattern`; `added` and `removed` are said of the resource itself. */
  readonly what: string;
  readonly from?: string;
  readonly to?: string;
}

/** What changes, resource by resource; who may do what is told apart, as permissions. */
export function describeChanges(diff: TemplateDiff): readonly Change[] {
  const resources = Object.entries(diff.resources.changes)
    .filter(([, { isDifferent }]) => isDifferent)
    .flatMap(([logicalId, difference]) => changesOf(logicalId, difference));
  const outputs = Object.entries(diff.outputs.changes).map(([name, { oldValue, newValue }]) =>
    change('output', name, oldValue?.Value, newValue?.Value),
  );
  const description =
    diff.description === undefined
      ? []
      : [change('stack', 'description', diff.description.oldValue, diff.description.newValue)];
  return [...resources, ...outputs, ...description];
}

function changesOf(logicalId: string, difference: ResourceDifference): readonly Change[] {
  const { newValue, oldValue } = difference as {
    readonly newValue?: Resource;
    readonly oldValue?: Resource;
  };
  const type = newValue?.Type ?? oldValue?.Type ?? '';
  // What these say is told as permissions.
  if (tellsWhoMay.has(type) && difference.changeImpact !== ResourceImpact.WILL_REPLACE) return [];
  if (oldValue === undefined && newValue !== undefined) {
    return [{ resource: nameResource(logicalId, newValue), what: 'added' }];
  }
  if (oldValue === undefined) return [];
  const resource = nameResource(logicalId, oldValue);
  if (newValue === undefined) return [{ resource, what: 'removed' }];
  const properties = Object.entries(difference.propertyUpdates)
    .filter(([property]) => !policies.has(property))
    .flatMap(([property, update]) =>
      (words[type]?.[property] ?? inGeneral(property))(update.oldValue, update.newValue).map((one) => ({
        resource,
        ...one,
      })),
    );
  const others = Object.entries(difference.otherChanges).map(([what, { oldValue, newValue }]) =>
    change(resource, what, oldValue, newValue),
  );
  return [...properties, ...others];
}

const tellsWhoMay: ReadonlySet<string> = new Set([
  'AWS::IAM::Policy',
  'AWS::Lambda::Permission',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::QueuePolicy',
]);
const policies: ReadonlySet<string> = new Set(['AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns']);

type Words = (from: unknown, to: unknown) => readonly Omit<Change, 'resource'>[];

/** Other properties keep the names that CloudFormation gives them. */
const words: Readonly<Record<string, Readonly<Record<string, Words>>>> = {
  'AWS::Lambda::Function': {
    Code: () => [{ what: 'code' }],
    Architectures: named('processor'),
    Environment: eachOf('Variables', 'environment'),
    MemorySize: named('memory', ' MB'),
    ReservedConcurrentExecutions: named('concurrency'),
    Runtime: named('runtime'),
    Timeout: named('time limit', ' s'),
  },
  'AWS::Lambda::EventSourceMapping': {
    BatchSize: named('batch', ' messages'),
    MaximumBatchingWindowInSeconds: named('batch window', ' s'),
    ScalingConfig: (from, to) =>
      named('concurrency')(memberOf(from, 'MaximumConcurrency'), memberOf(to, 'MaximumConcurrency')),
  },
  'AWS::Events::Rule': { EventPattern: named('pattern'), State: named('state') },
  'AWS::SQS::Queue': {
    DelaySeconds: named('delay', ' s'),
    MessageRetentionPeriod: named('keeps messages for', ' s'),
    RedrivePolicy: eachOf(undefined, 'redrive'),
    VisibilityTimeout: named('visibility timeout', ' s'),
  },
  'AWS::DynamoDB::Table': { KeySchema: named('keys') },
};

function named(what: string, unit = ''): Words {
  return (from, to) => [
    {
      what,
      ...(from !== undefined && { from: renderValue(from) + unit }),
      ...(to !== undefined && { to: renderValue(to) + unit }),
    },
  ];
}

function inGeneral(property: string): Words {
  return named(property);
}

/** Tells each member that differs apart. */
function eachOf(member: string | undefined, what: string): Words {
  return (from, to) => {
    const [before, after] = [from, to].map((value) =>
      recordOf(member === undefined ? value : memberOf(value, member)),
    );
    return [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])]
      .filter((name) => !isDeepStrictEqual(before?.[name], after?.[name]))
      .flatMap((name) => named(`${what} ${name}`)(before?.[name], after?.[name]));
  };
}

function memberOf(value: unknown, name: string): unknown {
  return recordOf(value)[name];
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function change(resource: string, what: string, from: unknown, to: unknown): Change {
  return { resource, ...named(what)(from, to)[0], what };
}
