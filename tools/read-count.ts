import { UserError } from './user-error.ts';

/** The whole number that an option was given. Throws `UserError` naming the option for what is none, or is beyond the limits. */
export function readCount(
  option: string,
  text: string,
  {
    least = 0,
    most,
    of,
  }: {
    readonly least?: number;
    /** @default no limit */
    readonly most?: number;
    /** What is counted: `messages`. */
    readonly of: string;
  },
): number {
  const count = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (count >= least && count <= (most ?? count)) return count;
  const allowed = most === undefined ? `${least} or more` : `${least} to ${most}`;
  throw new UserError(`--${option} ${text} is no number of ${of}: give ${allowed}.`);
}
