import { expect, it } from 'vitest';
import { describeRequests, describeUse } from '../../../tools/demo/describe-requests.ts';

const tasks = { rows: 5 };
const images = { pictures: [], sheet: '/x.html' };

it('says in a line what is done as a user', () => {
  expect(describeUse({ tasks })).toBe(
    'As a user of the API: a token, POST /tasks/uploads, each file straight to S3, then GET /task-files/{id}',
  );
  expect(describeUse({ tasks, images })).toBe(
    'As a user of the API: a token, POST /tasks/uploads and POST /images, each file straight to S3, then GET /task-files/{id} and GET /images/{id}',
  );
});

it('names the requests of what was shown', () => {
  expect(describeRequests({ images })).toMatchInlineSnapshot(`
    "  Yours to ask as well: npx fanbus local prints where the API is and how to get a token

        POST /images                     where to send a picture
        GET /images?uploadId=…           what came of it
        GET /images/{id}                 what everybody says of it, the verdict, links
        GET /users/{id}                  the picture that is shown of a user

    "
  `);
  const both = describeRequests({ tasks, images });
  expect(both).toContain('    GET /task-files/{id}/rejects     which rows became no tasks, and why\n');
  expect(both).toContain('    GET /images/{id} ');
});
