import { openAwsReplays } from '../target/aws-replays.ts';
import { commandAt } from '../target/command-at.ts';
import type { Target } from '../target/target.ts';
import { removeTemporaryRule, type TemporaryRulePlace } from '../target/temporary-rule.ts';

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
export function placeOf(target: Target, name: string): TemporaryRulePlace {
  const remedy = `${commandAt(target, `replay cancel ${name}`)} tries again`;
  return { settings: target.settings, bus: target.names.bus, name, remedy };
}
