import type { JsonObject, ResourceProvider } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Declaration, Stack } from './stack.ts';

export interface Claim {
  readonly type: string;
  readonly properties: JsonObject;
  /** What the stack has deployed under the resource's logical id. @default nothing */
  readonly before?: Declaration;
  readonly providers: ReadonlyMap<string, ResourceProvider>;
  /** All that there are. */
  readonly stacks: () => readonly Pick<Stack, 'declared' | 'id'>[];
  /** Whether it may be what is there already and in no stack. @default it may not */
  readonly adopts?: boolean;
}

/**
 * The name that the resource is the first to have; undefined when it goes on with what is there, or needs no name of its own. Throws
 * `AwsError` when somebody else has it.
 */
export function claimName(claim: Claim): string | undefined {
  const { adopts = false, before, properties, providers, stacks, type } = claim;
  const naming = providers.get(type)?.naming;
  if (!naming) return undefined;
  const name = properties[naming.property];
  if (typeof name !== 'string') return undefined;
  if (!naming.isTaken(name)) return name;
  if (before && hasName(before)) return undefined;
  const owner = stacks().find(({ declared }) => [...declared.values()].some(hasName));
  if (adopts && !owner) return undefined;
  throw new AwsError(
    'AlreadyExists',
    `${name} already exists${owner ? ` in stack ${owner.id}` : ''}: delete that one, or choose another name`,
  );

  function hasName(other: Declaration): boolean {
    if (!naming || providers.get(other.type)?.naming !== naming) return false;
    return JSON.parse(other.properties)[naming.property] === name;
  }
}
