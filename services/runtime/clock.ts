/** Where a service takes the time from, in milliseconds since 1970: a parameter, so that a test can step it. */
export interface Clock {
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
