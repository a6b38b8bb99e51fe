import type { Clock } from '../clock.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Invocation } from './functions.ts';

/**
 * Runs an accepted asynchronous invocation to its end: two more attempts after an error, and patience for six hours while
 * the function is throttled. What fails then is given up, as on AWS without a destination.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export async function invokeLater(
  invoke: () => Promise<Invocation>,
  { clock }: { readonly clock: Clock },
): Promise<'done' | 'given up'> {
  const pause = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const acceptedAt = clock.now();
  let throttleWaitMs = 1_000;
  let errors = 0;
  while (true) {
    try {
      const { functionError } = await invoke();
      if (!functionError) return 'done';
      if (errors === RETRY_AFTER_MS.length) return 'given up';
      await pause(RETRY_AFTER_MS[errors] ?? 0);
      errors += 1;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const isThrottled = error.code === 'TooManyRequestsException';
      if (!isThrottled || clock.now() - acceptedAt > PATIENCE_MS) return 'given up';
      await pause(throttleWaitMs);
      throttleWaitMs = Math.min(throttleWaitMs * 2, MOST_WAIT_MS);
    }
  }
}

const RETRY_AFTER_MS = [60_000, 120_000];
const MOST_WAIT_MS = 5 * 60_000;
const PATIENCE_MS = 6 * 3_600_000;
