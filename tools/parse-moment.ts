import { UserError } from './user-error.ts';

/**
 * The moment that somebody means, in milliseconds: `30d`, `2h`, `10m` and `45s` before now, or a date or time of ISO 8601 with its zone.
 * Throws `UserError` naming the option.
 */
export function parseMoment(option: string, text: string, now: number): number {
  const [, count, unit = ''] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const ms = count === undefined ? parseIso(text) : now - Number(count) * (unitMs[unit] ?? Number.NaN);
  if (!Number.isNaN(new Date(ms).getTime())) return ms;
  throw new UserError(
    `--${option} ${text} is no moment: give how long ago, such as 30d, 2h or 10m, or a date or time such as 2026-11-01 or 2026-11-01T09:00:00Z.`,
  );
}

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

function parseIso(text: string): number {
  const isIso = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  return isIso ? Date.parse(text) : Number.NaN;
}
