import type { Condition, Pattern } from './compile-pattern.ts';
import type { EventFields } from './event-fields.ts';
import { matchesPattern, meetsAlone } from './match-pattern.ts';

export interface Mismatch {
  /** The field, as `detail.object.key`. */
  readonly path: string;
  /** What the pattern asks of it, as the pattern spells it. */
  readonly condition: string;
  /** What the event has there, as JSON; `absent` when nothing, `in different array elements` when no one element meets all. */
  readonly value: string;
}

/** Why an event does not match: the first unmet condition of the branch that came closest; nothing when it does match. */
export function explainMismatch(pattern: Pattern, fields: EventFields): Mismatch | undefined {
  if (matchesPattern(pattern, fields)) return undefined;
  const unmetByBranch = pattern.branches.map((branch) => branch.filter((one) => !meetsAlone(one, fields)));
  const closest = unmetByBranch.sort((a, b) => a.length - b.length)[0] ?? [];
  const [unmet] = closest;
  if (unmet !== undefined) {
    return { path: unmet.path.text, condition: unmet.text, value: shown(unmet, fields) };
  }
  const last = pattern.branches.find((branch) => branch.every((one) => meetsAlone(one, fields)))?.at(-1);
  return {
    path: last?.path.text ?? '',
    condition: last?.text ?? '',
    value: 'in different array elements',
  };
}

function shown({ path }: Condition, fields: EventFields): string {
  const leaves = fields.at(path).map(({ leaf }) => JSON.stringify(leaf));
  return leaves.length === 0 ? 'absent' : leaves.join(', ');
}
