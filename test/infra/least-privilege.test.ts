import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { addStacks } from '../../infra/app.ts';
import { ApiFunction } from '../../infra/constructs/api-function.ts';
import { readSubscriptions } from '../../infra/read-subscriptions.ts';
import type { Subscription } from '../../services/runtime/subscription.ts';

/** What every consumer may do, on what is its own. */
const ofEveryConsumer = [
  'logs:CreateLogStream → Logs',
  'logs:PutLogEvents → Logs',
  'sqs:ReceiveMessage → QueueMessages',
  'sqs:DeleteMessage → QueueMessages',
  'sqs:ChangeMessageVisibility → QueueMessages',
  'sqs:GetQueueAttributes → QueueMessages',
  'sqs:SendMessage → QueueDeadLetters',
];

const ofEveryPublisher = [
  'events:DescribeEventBus → event-bus/fanbus-dev',
  'events:PutEvents → event-bus/fanbus-dev if events:source, events:detail-type',
];

/** By stack, what its roles may do besides. A role that needs more is a change of this table. */
const expected: Readonly<Record<string, readonly string[]>> = {
  'tasks-data': ['events:PutEvents → event-bus/fanbus-dev'],
  'images-data': ['events:PutEvents → event-bus/fanbus-dev'],
  'read-task-file': [
    's3:ListBucket → fanbus-dev-uploads-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-uploads-<AccountId>-<Region>/task-files/*',
    'dynamodb:GetItem → table/fanbus-dev-task-files',
    'dynamodb:PutItem → table/fanbus-dev-task-files',
    'dynamodb:UpdateItem → table/fanbus-dev-task-files',
    'dynamodb:Query → table/fanbus-dev-task-files',
  ],
  'make-thumbnails': [
    's3:ListBucket → fanbus-dev-images-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
    's3:PutObject → fanbus-dev-images-<AccountId>-<Region>/derived/*',
  ],
  'read-metadata': [
    's3:ListBucket → fanbus-dev-images-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
  ],
  'gather-verdict': [
    'dynamodb:GetItem → table/fanbus-dev-image-reviews',
    'dynamodb:PutItem → table/fanbus-dev-image-reviews',
    'dynamodb:UpdateItem → table/fanbus-dev-image-reviews',
    'dynamodb:Query → table/fanbus-dev-image-reviews',
  ],
  'close-review': [
    'dynamodb:GetItem → table/fanbus-dev-image-reviews',
    'dynamodb:UpdateItem → table/fanbus-dev-image-reviews',
    'dynamodb:Query → table/fanbus-dev-image-reviews',
  ],
  'update-profile': [
    'dynamodb:GetItem → table/fanbus-dev-users',
    'dynamodb:UpdateItem → table/fanbus-dev-users',
  ],
  'note-answers': ['dynamodb:PutItem → table/fanbus-dev-image-reviews'],
  'convert-format': [
    's3:ListBucket → fanbus-dev-images-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
    's3:PutObject → fanbus-dev-images-<AccountId>-<Region>/derived/*',
  ],
  'scan-image': [
    's3:ListBucket → fanbus-dev-images-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
    's3:DeleteObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/quarantine/*',
    's3:PutObject → fanbus-dev-images-<AccountId>-<Region>/quarantine/*',
    's3:PutObjectTagging → fanbus-dev-images-<AccountId>-<Region>/quarantine/*',
  ],
  'moderate-image': [
    's3:ListBucket → fanbus-dev-images-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
  ],
  'detect-faces': [
    's3:ListBucket → fanbus-dev-images-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
  ],
  'create-tasks': [
    'dynamodb:PartiQLInsert → table/fanbus-dev-tasks',
    'dynamodb:GetItem → table/fanbus-dev-task-files',
    'dynamodb:PutItem → table/fanbus-dev-task-files',
    'dynamodb:UpdateItem → table/fanbus-dev-task-files',
    'dynamodb:Query → table/fanbus-dev-task-files',
  ],
  'complete-task-file': [
    'dynamodb:UpdateItem → table/fanbus-dev-task-files',
    'dynamodb:Query → table/fanbus-dev-task-files',
  ],
  'store-item': ['dynamodb:PutItem → table/fanbus-dev-items'],
  'label-item': ['dynamodb:PutItem → table/fanbus-dev-items'],
  'record-analytics': [
    's3:ListBucket → fanbus-dev-analytics-<AccountId>-<Region>',
    's3:GetObject → fanbus-dev-analytics-<AccountId>-<Region>/events/*',
    's3:PutObject → fanbus-dev-analytics-<AccountId>-<Region>/events/*',
    'dynamodb:PartiQLInsert → table/fanbus-dev-recorded-events',
    'dynamodb:BatchGetItem → table/fanbus-dev-recorded-events',
    'dynamodb:UpdateItem → table/fanbus-dev-recorded-events',
  ],
};

/** What every function of the API may do. */
const ofEveryApiFunction = ['logs:CreateLogStream → Logs', 'logs:PutLogEvents → Logs'];

/** What one with a POST may do besides. */
const ofEveryKeyedApiFunction = [
  'dynamodb:GetItem → table/fanbus-dev-idempotency',
  'dynamodb:PutItem → table/fanbus-dev-idempotency',
  'dynamodb:UpdateItem → table/fanbus-dev-idempotency',
  'dynamodb:DeleteItem → table/fanbus-dev-idempotency',
];

/** By function of the API, all that its role may do. */
const expectedOfApi: Readonly<Record<string, readonly string[]>> = {
  'health-api': ofEveryApiFunction,
  'items-api': [...ofEveryApiFunction, ...ofEveryKeyedApiFunction, ...ofEveryPublisher],
  'events-api': [...ofEveryApiFunction, ...ofEveryKeyedApiFunction, ...ofEveryPublisher],
  'tasks-api': [
    ...ofEveryApiFunction,
    ...ofEveryKeyedApiFunction,
    ...ofEveryPublisher,
    'dynamodb:GetItem → table/fanbus-dev-tasks',
    'dynamodb:PutItem → table/fanbus-dev-tasks',
    'dynamodb:UpdateItem → table/fanbus-dev-tasks',
    'dynamodb:DeleteItem → table/fanbus-dev-tasks',
    'dynamodb:Query → table/fanbus-dev-tasks',
    'dynamodb:GetItem → table/fanbus-dev-task-files',
    'dynamodb:Query → table/fanbus-dev-task-files',
    'dynamodb:Query → table/fanbus-dev-task-files/index/by-owner',
    's3:PutObject → fanbus-dev-uploads-<AccountId>-<Region>/task-files/*',
  ],
  'images-api': [
    ...ofEveryApiFunction,
    ...ofEveryKeyedApiFunction,
    'dynamodb:Query → table/fanbus-dev-image-reviews',
    'dynamodb:BatchGetItem → table/fanbus-dev-image-reviews',
    'dynamodb:Query → table/fanbus-dev-image-reviews/index/by-user',
    'dynamodb:GetItem → table/fanbus-dev-users',
    's3:PutObject → fanbus-dev-images-<AccountId>-<Region>/profile-pictures/*',
    's3:GetObject → fanbus-dev-images-<AccountId>-<Region>/derived/*',
  ],
};

const subscriptions = new Map(
  readSubscriptions(join(import.meta.dirname, '../..')).map((subscription) => [
    subscription.name,
    subscription,
  ]),
);
const app = new App();
addStacks(app);
const stacks = app.node.children.filter((child) => Stack.isStack(child));
const isApi = (stack: Stack) => stack.node.id === 'api';

it.each(stacks.filter((stack) => !isApi(stack)).map((stack) => [stack.node.id, stack] as const))(
  '%s may do this and no more',
  (id, stack) => {
    const grants = [...ofConsumer(subscriptions.get(id)), ...(expected[id] ?? [])];
    expect(grantsIn(stack)).toEqual(grants.sort());
  },
);

it('each function of the API may do this and no more', () => {
  const [api] = stacks.filter(isApi);
  const functions = api?.node.children.filter((child) => child instanceof ApiFunction) ?? [];
  expect(Object.fromEntries(functions.map(({ node }) => [node.id, api && grantsIn(api, node.id)]))).toEqual(
    Object.fromEntries(Object.entries(expectedOfApi).map(([name, grants]) => [name, [...grants].sort()])),
  );
});

function ofConsumer(subscription: Subscription | undefined): readonly string[] {
  if (subscription === undefined) return [];
  return subscription.emits.length === 0 ? ofEveryConsumer : [...ofEveryConsumer, ...ofEveryPublisher];
}

/** What the roles in a stack may do; or the one role of one of its functions. */
function grantsIn(stack: Stack, ofFunction = ''): string[] {
  const template = Template.fromStack(stack);
  const prefix = ofFunction.replaceAll('-', '');
  const statements = Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(
    ([id, { Properties }]): Statement[] => (id.startsWith(prefix) ? Properties.PolicyDocument.Statement : []),
  );
  for (const { Properties } of Object.values(template.findResources('AWS::IAM::Role'))) {
    expect(Properties).not.toHaveProperty('Policies');
    expect(Properties).not.toHaveProperty('ManagedPolicyArns');
  }
  return statements.flatMap(grantsOf).sort();
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: Arn | readonly Arn[];
  readonly Condition?: Readonly<Record<string, object>>;
}

type Arn = string | { readonly 'Fn::GetAtt': readonly string[] } | { readonly 'Fn::Join': Join };
type Join = readonly [string, readonly (string | { readonly Ref: string })[]];

/** Statement → `action → resource`, the resource without its partition, region and account. */
function grantsOf({ Effect, Action, Resource, Condition }: Statement): string[] {
  expect(Effect).toBe('Allow');
  const keys = Object.values(Condition ?? {}).flatMap(Object.keys);
  const when = keys.length === 0 ? '' : ` if ${keys.join(', ')}`;
  return [Action]
    .flat()
    .flatMap((action) => [Resource].flat().map((arn) => `${action} → ${nameOf(arn)}${when}`));
}

function nameOf(arn: Arn): string {
  if (typeof arn === 'string') return arn;
  if ('Fn::GetAtt' in arn) {
    return (
      arn['Fn::GetAtt'][0]?.replace(/^Subscription(?:Function)?|^[a-z]+api(?=Logs)|[0-9A-F]{8}$/g, '') ?? ''
    );
  }
  return arn['Fn::Join'][1]
    .map((part) => (typeof part === 'string' ? part : `<${part.Ref.replace('AWS::', '')}>`))
    .join('')
    .replace(/^arn:<Partition>:(?:\w+:<Region>:<AccountId>:|s3:::)/, '');
}
