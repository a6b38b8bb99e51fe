import { openAwsReplays } from '../target/aws-replays.ts';
import type { Target } from '../target/target.ts';
import { removeTemporaryRule } from '../target/temporary-rule.ts';

/** Ends AWS's replay, and removes its rule and its queue, as far as they are there. Throws after doing what can be done. */
export async function removeReplay(target: Target, name: string): Promise<void> {
  const replays = openAwsReplays(target);
  try {
    await replays.cancel(name);
  } finally {
    replays.close();
    await removeTemporaryRule(placeOf(target, name));
  }
}

/** Where a replay's rule and queue are. */
export function placeOf({ names, options, settings }: Target, name: string) {
  const remedy = `${['npx fanbus replay cancel', name, ...options].join(' ')} tries again`;
  return { settings, bus: names.bus, name, remedy };
}
