import { type Outcome, park } from '../runtime/outcome.ts';

/** What becomes of an upload that `identifyImage` finds no user for. */
export function parkUnidentified(key: string): Outcome {
  return park(
    `the key "${key}" names no user of 1 to 128 characters: upload to profile-pictures/<userId>/<name>`,
  );
}
