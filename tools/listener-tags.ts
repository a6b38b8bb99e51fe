import { temporaryPrefix } from './target/temporary-rule.ts';

/** The rule and the queue of a listener begin so. */
export const listenerPrefix = `${temporaryPrefix}tail-`;

/** The tag of a listener's queue that names the bus of its rule. */
export const busTag = 'fanbus:bus';

/** The tag of a listener's queue that says since when nobody may have listened any more. */
export const aliveTag = 'fanbus:alive-at';

/** What a listener tags its queue with from time to time. */
export function aliveNow(): Readonly<Record<string, string>> {
  return { [aliveTag]: new Date().toISOString() };
}
