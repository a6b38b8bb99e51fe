import type { JsonObject } from '../schema-set.ts';
import type { ApiOperation } from './api-fragment.ts';

/** What any such operation may answer beside what it says of itself, by status. */
export function commonResponses({ method, path, body, isOpen }: ApiOperation): JsonObject {
  const badRequest = problem('The request is not as described here: `errors` says where.');
  return {
    400: path.includes('{') ? orGateway(badRequest) : badRequest,
    ...(isOpen
      ? {}
      : {
          401: gateway('There is no valid token.'),
          403: problem('The token is valid, but its `sub` can own nothing here.'),
        }),
    ...(method === 'POST'
      ? {
          409: problem('A request with this Idempotency-Key is still being answered.'),
          422: problem('This Idempotency-Key was used for another request.'),
        }
      : {}),
    ...(body
      ? {
          413: orGateway(problem('The body is too large.')),
          415: problem('The body is of another media type.'),
        }
      : {}),
    429: gateway('Too many requests at this moment. Try again later.'),
    431: orGateway(problem('The headers, and the path with its query, are too large.')),
    500: problem('It is our fault. Try again; `instance` is what to tell us.'),
    503: gateway('There was no answer in time. Try again.'),
  };
}

interface Response extends JsonObject {
  readonly content: JsonObject;
}

function problem(description: string): Response {
  return {
    description,
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** What API Gateway answers by itself. */
function gateway(description: string): Response {
  return {
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/GatewayError' } } },
  };
}

/** What API Gateway may answer before a function does. */
function orGateway(response: Response): Response {
  return { ...response, content: { ...response.content, ...gateway('').content } };
}

/** The schemas of what is answered when something is wrong. */
export const problemSchemas: Readonly<Record<string, JsonObject>> = {
  Problem: {
    description: 'What is wrong, as RFC 9457 has it.',
    type: 'object',
    additionalProperties: false,
    required: ['type', 'title', 'status', 'detail', 'instance'],
    properties: {
      type: {
        description: 'Which kind of problem: `urn:fanbus:problem:<name>`.',
        type: 'string',
        format: 'uri',
      },
      title: { description: 'The kind, for people.', type: 'string' },
      status: { description: 'The status of the answer.', type: 'integer', minimum: 400, maximum: 599 },
      detail: { description: 'What happened, and what to do.', type: 'string' },
      instance: {
        description: 'This one request: `urn:fanbus:request:<id>`, as it stands in the logs.',
        type: 'string',
        format: 'uri',
      },
      errors: {
        description: 'What is wrong with the request, field by field.',
        type: 'array',
        maxItems: 20,
        items: {
          type: 'object',
          additionalProperties: false,
          required: ['pointer', 'detail'],
          properties: {
            pointer: {
              description:
                'Where, as a JSON pointer: `/body/title`, `/query/limit`, `/path/id`, `/headers/if-match`.',
              type: 'string',
            },
            detail: { description: 'What is wrong there.', type: 'string' },
          },
        },
      },
    },
    examples: [
      {
        type: 'urn:fanbus:problem:invalid-request',
        title: 'Bad Request',
        status: 400,
        detail: 'the request is not as the API describes it: see errors',
        instance: 'urn:fanbus:request:JKJaXmPLvHcESHA=',
        errors: [{ pointer: '/body/title', detail: 'is missing' }],
      },
    ],
  },
  GatewayError: {
    description: 'What API Gateway says by itself, before or instead of a function.',
    type: 'object',
    required: ['message'],
    properties: { message: { description: 'What is wrong.', type: 'string' } },
    examples: [{ message: 'Unauthorized' }],
  },
};
