import { type OperationId, routeOf } from './api-client.ts';
import type { Plan } from './read-plan.ts';

/** In one line, what the demo does as a user of the API. */
export function describeUse({ tasks, images }: Plan): string {
  const list = (ids: readonly (OperationId | false)[]) => ids.filter((id) => id !== false).map(requestOf);
  const begin = list([tasks !== undefined && 'startTaskUpload', images !== undefined && 'startImageUpload']);
  const poll = list([tasks !== undefined && 'getTaskFile', images !== undefined && 'getImage']);
  return `As a user of the API: a token, ${begin.join(' and ')}, each file straight to S3, then ${poll.join(' and ')}`;
}

/** The requests that anybody can make, and what they are for. */
export function describeRequests({ tasks, images }: Plan): string {
  const uses = [...(tasks ? taskUses : []), ...(images ? imageUses : [])];
  const lines = uses.map(([id, query, what]) => `    ${`${requestOf(id)}${query}`.padEnd(32)} ${what}`);
  return `  Yours to ask as well: npx fanbus local prints where the API is and how to get a token\n\n${lines.join('\n')}\n\n`;
}

type Use = readonly [id: OperationId, query: string, what: string];

const taskUses: readonly Use[] = [
  ['startTaskUpload', '', 'where to send a file'],
  ['listTaskFiles', '?uploadId=…', 'what came of it'],
  ['getTaskFile', '', 'how far it is'],
  ['listRejects', '', 'which rows became no tasks, and why'],
  ['listTasks', '', 'the tasks'],
];

const imageUses: readonly Use[] = [
  ['startImageUpload', '', 'where to send a picture'],
  ['listImages', '?uploadId=…', 'what came of it'],
  ['getImage', '', 'what everybody says of it, the verdict, links'],
  ['getUser', '', 'the picture that is shown of a user'],
];

function requestOf(id: OperationId): string {
  const { method, path } = routeOf(id);
  return `${method} ${path}`;
}
