import { SQSClient } from '@aws-sdk/client-sqs';
import type { Target } from '../target/target.ts';
import type { OpenedReplay } from './open-replay.ts';
import { type ReplayState, writeState } from './replay-state.ts';

/** Writes what is to become of a replay: whoever feeds the consumers from it looks at that. */
export async function changeReplay(
  { settings }: Target,
  { queueUrl }: OpenedReplay,
  changed: Partial<ReplayState>,
): Promise<void> {
  const sqs = new SQSClient(settings);
  try {
    await writeState(queueUrl, changed, sqs);
  } finally {
    sqs.destroy();
  }
}
