import { openTarget } from './open-target.ts';
import type { Target } from './target.ts';
import type { TargetArguments } from './target-arguments.ts';

/** Opens a command's target, and says on stderr where that is, unless the output is for programs. Throws `UserError` as `openTarget` does. */
export async function enterTarget(args: TargetArguments & { readonly json: boolean }): Promise<Target> {
  const target = await openTarget(args);
  if (!args.json) console.error(`On ${target.label}.`);
  return target;
}
