/** Lets so many requests through at once, and fills up again at a steady rate. */
export interface TokenBucket {
  /** Takes a token if there is one. `now` in milliseconds. */
  take(now: number): boolean;
}

/** A full bucket. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-throttling.html */
export function createTokenBucket(options: {
  /** Tokens a second. */
  readonly rate: number;
  /** Tokens at most. */
  readonly burst: number;
  readonly now: number;
}): TokenBucket {
  const { burst, rate } = options;
  let filledAt = options.now;
  let tokens = burst;
  return {
    take(now) {
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1_000) * rate);
      filledAt = now;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
}
