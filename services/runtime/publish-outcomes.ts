import type { DataOf, OwnEventType } from './event.ts';
import type { Publisher } from './publish.ts';
import { PublishError } from './publish-error.ts';

export interface Said<Type extends OwnEventType> {
  readonly type: Type;
  readonly data: DataOf<Type>;
  readonly eventId: string;
}

/** What became of one event. `failed`: the bus did not say that it has it. */
export type PublishOutcome =
  | { readonly status: 'published'; readonly eventId: string }
  | { readonly status: 'failed'; readonly reason: string };

/**
 * Publishes events and says of each, in their order, what became of it. Throws `InvalidEventError`, and `PublishError` when none of a
 * type got on the bus: then all may be published again.
 */
export async function publishOutcomes<Type extends OwnEventType>(
  events: readonly Said<Type>[],
  publish: Publisher<Type>['publish'],
): Promise<{ published: number; failed: number; outcomes: PublishOutcome[] }> {
  const byType = [...Map.groupBy(events, ({ type }) => type)];
  const reasons = new Map(
    (await Promise.all(byType.map(([type, group]) => publishGroup(type, group)))).flat(),
  );
  return {
    published: events.length - reasons.size,
    failed: reasons.size,
    outcomes: events.map(({ eventId }) => {
      const reason = reasons.get(eventId);
      return reason === undefined ? { status: 'published', eventId } : { status: 'failed', reason };
    }),
  };

  /** The ids of those that are not on the bus, with the reason. */
  async function publishGroup(type: Type, group: readonly Said<Type>[]): Promise<[string, string][]> {
    const eventIds = group.map(({ eventId }) => eventId);
    try {
      await publish(
        type,
        group.map(({ data }) => data),
        { eventIds },
      );
      return [];
    } catch (error) {
      if (!(error instanceof PublishError) || error.left.length === group.length) throw error;
      return error.left.map(({ index, code }) => [eventIds[index] ?? '', reasonOf(code)]);
    }
  }
}

function reasonOf(code: string): string {
  return code === 'NotSent'
    ? 'it was not tried: another failed before it'
    : `the bus did not take it: ${code}`;
}
