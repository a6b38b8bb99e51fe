import type { Attempt } from './trace.ts';

/** What the log says, and what the local AWS remembers beyond it. */
export function mergeAttempts(
  logged: readonly Attempt[],
  remembered: readonly Attempt[],
): readonly Attempt[] {
  const requests = new Set(logged.map(({ requestId }) => requestId));
  const lost = new Set(
    remembered.flatMap(({ outcome, requestId }) => (outcome === 'retry' ? [requestId] : [])),
  );
  const unlogged = remembered.filter(({ requestId }) => requestId === undefined || !requests.has(requestId));
  const told = logged.map((attempt): Attempt => {
    const isLost = attempt.outcome === 'done' && lost.has(attempt.requestId);
    return isLost
      ? { ...attempt, outcome: 'retry', reason: 'done, but its function died before it said so' }
      : attempt;
  });
  return [...told, ...unlogged].sort((a, b) => a.at.localeCompare(b.at));
}
