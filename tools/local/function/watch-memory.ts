import { readFileSync } from 'node:fs';

/**
 * Calls back once when a process holds more than its memory. Reads /proc, so it sees nothing on systems without it:
 * there the limit of Node's heap alone holds.
 */
export function watchMemory(
  pid: number | undefined,
  memoryMb: number,
  onExceeded: () => void,
): { peakBytes(): number; stop(): void } {
  let peakBytes = 0;
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, residentBytes(pid));
    if (peakBytes <= memoryMb * 1_048_576) return;
    clearInterval(timer);
    onExceeded();
  }, INTERVAL_MS);
  return { peakBytes: () => peakBytes, stop: () => clearInterval(timer) };
}

const INTERVAL_MS = 50;

function residentBytes(pid: number | undefined): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
