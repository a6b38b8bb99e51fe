import type { Target } from './target.ts';

/** How long after its publication an event may be missing from an archive; the local AWS has it at once, unless it is told otherwise. */
export function archiveDelayMs({ kind }: Pick<Target, 'kind'>): number {
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html: "at least 10 minutes".
  return kind === 'aws' ? 10 * 60_000 : 0;
}
