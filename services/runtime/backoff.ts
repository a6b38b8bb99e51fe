/**
 * Seconds until a message comes back after its n-th receive: 2^(n-1) × 2, at most 15 minutes, of which `random`
 * (0 ≤ random < 1) takes up to half away, so that messages that failed together do not come back together.
 */
export function backoffSeconds(receiveCount: number, random: number): number {
  const longest = Math.min(2 ** receiveCount, 900);
  return Math.max(Math.round(longest * (1 - random / 2)), 1);
}
