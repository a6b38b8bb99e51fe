import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Events, entry, openEvents } from '../bus/open-events.ts';

let events: Events;

beforeEach(async () => {
  events = await openEvents();
  events.faults.inject({ hop: 'rule', effect: 'throttle' });
});

afterEach(() => events.close());

it('tries a target 185 times within a day when the rule says nothing, each time after a wait of its own', async () => {
  const deadLetters = events.queue('dead');
  await events.rule({
    name: 'hear',
    target: { Arn: events.queue('heard'), DeadLetterConfig: { Arn: deadLetters } },
  });
  await events.put(entry);
  const waits: number[] = [];
  for (let retry = 1; retry <= 185; retry += 1) {
    const { waitMs } = await events.observations.waitFor('retrying', ({ attempt }) => attempt === retry);
    waits.push(waitMs);
    events.clock.advance(Math.ceil(waitMs));
  }
  await events.observations.waitFor('dead-lettered');
  const [message] = events.take(deadLetters);
  expect(message?.messageAttributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
    RETRY_ATTEMPTS: { StringValue: '185' },
  });
  expect(new Set(waits).size).toBeGreaterThan(150);
  const longest = waits.map((_, retry) => 1000 * 2 ** Math.min(retry, 9));
  expect(waits.filter((ms, retry) => ms > (longest[retry] ?? 0) || ms < (longest[retry] ?? 0) / 2)).toEqual(
    [],
  );
});

it('gives up at once when the rule allows no retry', async () => {
  const deadLetters = events.queue('dead');
  await events.rule({
    name: 'hear',
    target: {
      Arn: events.queue('heard'),
      DeadLetterConfig: { Arn: deadLetters },
      RetryPolicy: { MaximumRetryAttempts: 0 },
    },
  });
  await events.put(entry);
  await events.observations.waitFor('dead-lettered');
  expect(events.take(deadLetters)[0]?.messageAttributes).toMatchObject({
    EXHAUSTED_RETRY_CONDITION: { StringValue: 'MaximumRetryAttempts' },
    RETRY_ATTEMPTS: { StringValue: '0' },
  });
});
