import type { Persistence } from '../persistence/persistence.ts';
import type { DeploymentState } from './deploy-assembly.ts';
import type { StackState } from './deploy-stack.ts';

/**
 * Brings back what was deployed to the engine of the data folder, as far as it is kept there: functions, roles and log groups are not,
 * so the next deployment makes them anew and updates the rest in place. `changed` keeps the folder in line.
 */
export function keepDeployments(options: {
  readonly persistence: Persistence;
  readonly state: DeploymentState;
  readonly endpoint: string;
}): { changed(): void } {
  const { endpoint, persistence, state } = options;
  const mirror = persistence.mirror('stacks', () =>
    [...state.stacks].map(([name, stack]) => [name, describe(stack, endpoint)] as const),
  );
  for (const [name, kept] of mirror.entries()) state.stacks.set(name, restore(kept, endpoint));
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

interface KeptStack {
  readonly endpoint: string;
  readonly deployed: readonly (readonly [string, unknown])[];
  readonly declared: readonly (readonly [string, unknown])[];
  readonly exports: readonly (readonly [string, unknown])[];
}

function describe({ declared, deployed, exports }: StackState, endpoint: string): KeptStack {
  const isKept = ([logicalId]: readonly [string, unknown]) =>
    KEPT_TYPES.has(declared.get(logicalId)?.type ?? '');
  return {
    endpoint,
    deployed: [...deployed].filter(isKept),
    declared: [...declared].filter(isKept),
    exports: [...exports],
  };
}

function restore(kept: KeptStack, endpoint: string): StackState {
  // URLs of queues name the engine's port, which may be another today.
  const { declared, deployed, exports }: { [name in keyof StackState]: [] } = JSON.parse(
    JSON.stringify(kept).replaceAll(kept.endpoint, endpoint),
  );
  return { declared: new Map(declared), deployed: new Map(deployed), exports: new Map(exports) };
}
