import type { EventOf } from '../../../services/runtime/event.ts';
import type { Log } from '../../../services/runtime/log.ts';
import { done, type Outcome } from '../../../services/runtime/outcome.ts';

export async function countWords(
  event: EventOf<'ItemReceived.v1'>,
  { log }: { readonly log: Log },
): Promise<Outcome> {
  const { id, content } = event.detail.data;
  const words = JSON.stringify(content ?? '').match(/\p{L}+/gu) ?? [];
  log.info(`${words.length} words`, { id });
  return done(); // or retry(reason), or park(reason)
}
