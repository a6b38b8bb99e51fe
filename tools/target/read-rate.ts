import { UserError } from '../user-error.ts';

/** How many a second `--rate` allows, for `createPace`; undefined for no limit. Throws `UserError` for what is no rate. */
export function readRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (rate >= 0.1 && rate <= 10_000) return rate;
  throw new UserError(`--rate ${text} is no rate: give how many a second, from 0.1 to 10000.`);
}
