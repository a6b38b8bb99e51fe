import type { Target } from './target.ts';

/** `npx fanbus <words>` as it works on the same target, for people to copy. */
export function commandAt({ options }: Pick<Target, 'options'>, words: string): string {
  return ['npx fanbus', words, ...options].join(' ');
}
