import { readFileSync } from 'node:fs';
import { expect, vi } from 'vitest';

/** Resolves when no such process runs any more; the system takes a moment to reap what a killed parent leaves. */
export async function vanished(pid: number): Promise<void> {
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 10_000 });
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return false;
  }
}
