import {
  DescribeEventBusCommand,
  type EventBridgeClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';

/**
 * Makes the check that the bus exists: asked of AWS once, when it is first called, and again only after it failed.
 * PutEvents answers 200 for an unknown bus and drops the events.
 */
export function requireBus({
  busName,
  client,
}: {
  readonly busName: string;
  readonly client: EventBridgeClient;
}): () => Promise<void> {
  let answer: Promise<void> | undefined;
  return () => {
    answer ??= describe(busName, client).catch((error) => {
      answer = undefined;
      throw error;
    });
    return answer;
  };
}

async function describe(busName: string, client: EventBridgeClient): Promise<void> {
  try {
    await client.send(new DescribeEventBusCommand({ Name: busName }));
  } catch (cause) {
    throw new Error(
      cause instanceof ResourceNotFoundException
        ? `there is no event bus "${busName}": EventBridge would accept the events and drop them. Deploy the bus, or correct BUS_NAME.`
        : `cannot tell whether the event bus "${busName}" exists: ${cause}. The role needs events:DescribeEventBus on it.`,
      { cause },
    );
  }
}
