/** How a message ended. A thrown error is a retry. */
export type Outcome =
  | { readonly kind: 'done' }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      readonly afterSeconds?: number;
      readonly error?: unknown;
    }
  | { readonly kind: 'park'; readonly reason: string; readonly error?: unknown };

/** The effect is there: the message is acknowledged. */
export function done(): Outcome {
  return { kind: 'done' };
}

/** It may succeed later: this message alone comes back. */
export function retry(
  reason: string,
  options: {
    /** @default a backoff that doubles with each receive */
    readonly afterSeconds?: number;
    /** What was caught: goes into the log. */
    readonly error?: unknown;
  } = {},
): Outcome {
  return { kind: 'retry', reason, ...options };
}

/** It can never succeed as it is: the message goes to the dead-letter queue with this reason. */
export function park(
  reason: string,
  options: {
    /** What was caught: its text goes along. */
    readonly error?: unknown;
  } = {},
): Outcome {
  return { kind: 'park', reason, ...options };
}
