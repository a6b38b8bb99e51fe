import type { PatternTester } from '../pattern/test-pattern.ts';

/** What is known of an event before it is looked into. */
export interface EventHead {
  readonly source: string;
  readonly 'detail-type': string;
  /** @default not known */
  readonly id?: string;
}

/** Whether a pattern (JSON text) lets in an event of which no more is known than this. */
export function letsIn(pattern: string, head: EventHead, tester: PatternTester): boolean {
  const members: Readonly<Record<string, unknown>> = JSON.parse(pattern);
  const known = ['source', 'detail-type', ...(head.id === undefined ? [] : ['id', '$or'])];
  const rest = Object.entries(members).filter(([member]) => known.includes(member));
  if (rest.length === 0) return true;
  return tester.test(JSON.stringify(Object.fromEntries(rest)), JSON.stringify(head)).result === 'match';
}
