import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { taskCreatedV1 } from '../../../../generated/events/task-created-v1.ts';
import { taskDeletedV1 } from '../../../../generated/events/task-deleted-v1.ts';
import { taskUpdatedV1 } from '../../../../generated/events/task-updated-v1.ts';
import type { Task } from '../../../../generated/http/tasks.ts';
import { createPublisher } from '../../../../services/runtime/publish.ts';
import { createTaskChanges } from '../../../../services/tasks/tasks-api/task-changes.ts';
import { taskEvents } from '../../../../services/tasks/tasks-api/task-events.ts';
import { createTaskTable } from '../../../../services/tasks/tasks-api/task-table.ts';
import { startScriptedEventBridge } from '../../runtime/scripted-event-bridge.ts';
import { openTasks } from '../open-tasks.ts';

/** An event of a task, as the bus got it. */
export interface Said {
  readonly type: string;
  readonly eventId: string;
  readonly data: {
    readonly task?: Task;
    readonly old?: Task;
    readonly new?: Task;
    readonly version: number;
  };
}

/** Changes of tasks over the engine's DynamoDB, by a process that can die, with a bus that remembers what was said. */
export async function openTaskChanges() {
  const system = await openTasks();
  const bridge = await startScriptedEventBridge({});
  const client = new DynamoDBClient({
    endpoint: system.aws.endpoint,
    region: system.aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  let left = Number.POSITIVE_INFINITY;

  // A process dies when a request was answered, and nothing gets out afterwards.
  async function mortal<T>(request: () => Promise<T>): Promise<T> {
    if (left <= 0) throw new Error('the process is dead');
    const answer = await request();
    left -= 1;
    if (left <= 0) throw new Error('the process died');
    return answer;
  }
  client.middlewareStack.add((next) => (args) => mortal(() => next(args)), { step: 'initialize' });
  bridge.client.middlewareStack.add((next) => (args) => mortal(() => next(args)), { step: 'initialize' });

  const tasks = createTaskTable({ client, tableName: 'tasks' });
  const { publish } = createPublisher({
    producer: { name: 'tasks-api', emits: taskEvents },
    busName: 'fanbus-test',
    events: [taskCreatedV1, taskUpdatedV1, taskDeletedV1],
    client: bridge.client,
  });
  const changes = createTaskChanges({ tasks, publish });

  return {
    ...system,
    tasks,
    changes,

    /** Runs a change in a process that dies after so many requests; answers whether it died. */
    async dieAfter(requests: number, change: () => Promise<unknown>): Promise<boolean> {
      left = requests;
      try {
        await change();
        return false;
      } catch (error) {
        if (left > 0) throw error;
        return true;
      } finally {
        left = Number.POSITIVE_INFINITY;
      }
    },

    /** What was said of a task, repeats included, in order. */
    said(id: string): Said[] {
      return bridge
        .entries()
        .map(({ DetailType, Detail }) => ({ type: DetailType, ...JSON.parse(Detail) }))
        .map(({ type, metadata, data }): Said => ({ type, eventId: metadata.eventId, data }))
        .filter(({ data }) => (data.task ?? data.new)?.id === id);
    },

    async close() {
      client.destroy();
      await bridge.close();
      await system.close();
    },
  };
}
