import type { Persistence } from '../persistence/persistence.ts';
import { parseTemplate } from './read-source.ts';
import type { Stack, StackStatus } from './stack.ts';
import type { StackStore } from './stack-store.ts';

/**
 * Brings back the stacks of the data folder, with what is kept there of what they deployed: functions, roles and log groups are not,
 * so they are made anew, and the rest is updated in place. `changed` keeps the folder in line.
 */
export function keepStacks(options: {
  readonly persistence: Persistence;
  readonly store: StackStore;
  readonly endpoint: string;
}): { changed(): void } {
  const { endpoint, persistence, store } = options;
  const mirror = persistence.mirror('stacks', () =>
    store
      .list()
      // Of a change set that nobody has executed.
      .filter(({ status }) => status !== 'REVIEW_IN_PROGRESS')
      .map((stack) => [stack.name, describe(stack, endpoint)] as const),
  );
  for (const [name, kept] of mirror.entries()) restore(name, kept, endpoint, store);
  return { changed: mirror.changed };
}

const KEPT_TYPES = new Set([
  'AWS::DynamoDB::GlobalTable',
  'AWS::DynamoDB::Table',
  'AWS::Events::ApiDestination',
  'AWS::Events::Archive',
  'AWS::Events::Connection',
  'AWS::Events::EventBus',
  'AWS::Events::EventBusPolicy',
  'AWS::Events::Rule',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
]);

type KeptStack = ReturnType<typeof describe>;

function describe(stack: Stack, endpoint: string) {
  const { changeSets: _, declared, deployed, exports, source, ...rest } = stack;
  const isKept = ([logicalId]: readonly [string, unknown]) =>
    KEPT_TYPES.has(declared.get(logicalId)?.type ?? '');
  return {
    ...rest,
    endpoint,
    deployed: [...deployed].filter(isKept),
    declared: [...declared].filter(isKept),
    exports: [...exports],
    source: source && {
      name: source.name,
      body: source.body,
      parameters: source.parameters,
      tags: source.tags,
      isOfAssembly: source.asset !== undefined || source.isOfAssembly,
    },
  };
}

function restore(name: string, kept: KeptStack, endpoint: string, store: StackStore): void {
  // URLs of queues name the engine's port, which may be another today.
  const stack: KeptStack = JSON.parse(JSON.stringify(kept).replaceAll(kept.endpoint, endpoint));
  const { declared, deployed, endpoint: _, exports, source, ...rest } = stack;
  store.restore({
    // A data folder from before stacks had more than a name has less.
    ...store.create(name, 'CREATE_COMPLETE'),
    ...rest,
    // Nobody goes on with what the end of the engine interrupted.
    status: rest.status.replace(/_IN_PROGRESS$/, '_FAILED') as StackStatus,
    source: source && { ...source, template: parseTemplate(source.body) },
    declared: new Map(declared),
    deployed: new Map(deployed),
    exports: new Map(exports),
  });
}
