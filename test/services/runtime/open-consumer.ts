import { CreateEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { vi } from 'vitest';
import type { SqsHandler } from '../../../services/runtime/consume-batch.ts';
import type { Subscription } from '../../../services/runtime/subscription.ts';
import { startLocalAws } from '../../../tools/local/start-local-aws.ts';
import { clientSettings } from '../../tools/local/client-settings.ts';
import { openQueue } from './open-queue.ts';

export type OpenConsumer = Awaited<ReturnType<typeof openConsumer>>;

/** A consumer's own handler, told by its environment of a queue and a bus on an engine, as its stack would tell it. */
export async function openConsumer(
  { name }: Subscription,
  load: () => Promise<{ readonly handler: SqsHandler }>,
  /** What the consumer's stack adds. */
  ofItsStack: Readonly<Record<string, string>> = {},
) {
  const aws = await startLocalAws();
  const queue = await openQueue(aws);
  const events = new EventBridgeClient(clientSettings(aws));
  await events.send(new CreateEventBusCommand({ Name: BUS }));
  events.destroy();
  const environment = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    // What is retried says why; what goes well is the test's to say.
    AWS_LAMBDA_LOG_LEVEL: 'WARN',
    STAGE: 'dev',
    CONSUMER: name,
    BUS_NAME: BUS,
    ...queue.environment,
    ...ofItsStack,
  };
  for (const [variable, value] of Object.entries(environment)) vi.stubEnv(variable, String(value));
  const { handler } = await load();

  return {
    aws,

    /** Hands it a message with the event. */
    async hear(event: object): Promise<'done' | 'retried' | 'parked'> {
      await queue.send(event);
      const { failed } = await queue.poll(handler);
      if (failed > 0) return 'retried';
      return (await queue.deadLetters()).length > 0 ? 'parked' : 'done';
    },

    async close() {
      vi.unstubAllEnvs();
      queue.sqs.destroy();
      await aws.close();
    },
  };
}

const BUS = 'fanbus-test';
