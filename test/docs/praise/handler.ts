import { taskFileCompletedV1 } from '../../../generated/events/task-file-completed-v1.ts';
import { consume } from '../../../services/runtime/consume.ts';
import { readEnvironment } from '../../../services/runtime/environment.ts';
import { done } from '../../../services/runtime/outcome.ts';
import { subscription } from './subscription.ts';

export const handler = consume({
  subscription,
  environment: readEnvironment(),
  events: [taskFileCompletedV1],
  handle: async ({ detail: { data } }, { log }) => {
    log.info(`well done: ${data.created} tasks`);
    return done(); // or retry(reason), or park(reason)
  },
});
