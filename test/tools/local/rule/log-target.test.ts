import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Events, entry, openEvents } from '../bus/open-events.ts';

let events: Events;
beforeEach(async () => {
  events = await openEvents();
  await events.deploy('AWS::Logs::LogGroup', { LogGroupName: '/aws/events/heard' });
});
afterEach(() => events.close());

const arn = (group: string) => `arn:aws:logs:us-east-1:000000000000:log-group:${group}`;
const lines = () => events.logs.lines('/aws/events/heard');

describe('a log group as a target', () => {
  it.each(['/aws/events/heard', '/aws/events/heard:*'])(
    'is written the whole event as one line, as %s',
    async (group) => {
      await events.rule({ name: 'hear', target: { Arn: arn(group) } });
      const { Entries } = await events.put(entry);
      await events.observations.waitFor('delivered');
      expect(lines()).toEqual([
        {
          group: '/aws/events/heard',
          stream: 'rule/hear',
          message: expect.stringMatching(
            `^{"version":"0","id":"${Entries?.[0]?.EventId}",.*"detail":{"n":1}}$`,
          ),
          timestamp: expect.any(Number),
        },
      ]);
    },
  );

  it('is written the message and time that a template makes', async () => {
    await events.rule({
      name: 'hear',
      target: {
        Arn: arn('/aws/events/heard'),
        InputTransformer: {
          InputPathsMap: { time: '$.time', n: '$.detail.n' },
          InputTemplate: '{"timestamp":<time>,"message":"n is <n>"}',
        },
      },
    });
    await events.put({ ...entry, Time: new Date('2026-01-01T00:00:00Z') });
    await events.observations.waitFor('delivered');
    expect(lines()).toMatchObject([{ message: 'n is 1', timestamp: Date.parse('2026-01-01T00:00:00Z') }]);
  });

  it('takes no template of another form', async () => {
    const InputTransformer = { InputTemplate: '{"text":"x"}' };
    await events.rule({ name: 'hear', target: { Arn: arn('/aws/events/heard'), InputTransformer } });
    await events.put(entry);
    expect(await events.observations.waitFor('undeliverable')).toMatchObject({
      code: 'INVALID_PARAMETER',
      message: 'A log group takes {"timestamp": a time, "message": what to write}, not {"text":"x"}',
    });
  });

  it('is not made by a rule: what it does not find is undeliverable', async () => {
    const deadLetters = events.queue('dlq');
    const target = { Arn: arn('/aws/events/gone'), DeadLetterConfig: { Arn: deadLetters } };
    await events.rule({ name: 'hear', target });
    await events.put(entry);
    await events.observations.waitFor('dead-lettered');
    const [message] = events.take(deadLetters);
    expect(message?.messageAttributes).toMatchObject({
      ERROR_CODE: { StringValue: 'NO_RESOURCE' },
      ERROR_MESSAGE: { StringValue: 'The log group /aws/events/gone does not exist.' },
    });
  });
});
