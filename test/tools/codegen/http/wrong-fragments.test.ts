import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { generateHttp } from '../../../../tools/codegen/http/generate-http.ts';
import { readFragments } from '../../../../tools/codegen/http/read-fragments.ts';
import { UserError } from '../../../../tools/user-error.ts';

const pet = {
  description: 'A pet.',
  type: 'object',
  additionalProperties: false,
  required: ['name'],
  properties: { name: { description: 'What it is called.', type: 'string', maxLength: 20 } },
  examples: [{ name: 'Ada' }],
};
const getPet = {
  operationId: 'getPet',
  summary: 'Get a pet',
  description: 'One pet.',
  parameters: [{ name: 'id', in: 'path', description: 'The pet.', schema: { type: 'string' } }],
  responses: {
    200: {
      description: 'The pet.',
      content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
    },
  },
};

interface Changes {
  readonly fragment?: object;
  readonly operation?: object;
  readonly parameter?: object;
  readonly pet?: object;
  readonly path?: string;
  readonly method?: string;
}

/** A fragment that is in order but for these changes. */
function fragmentWith({ fragment, operation, parameter, pet: changes, path, method }: Changes) {
  return {
    function: 'pets-api',
    title: 'Pets',
    description: 'Animals.',
    paths: {
      [path ?? '/pets/{id}']: {
        [method ?? 'get']: {
          ...getPet,
          ...(parameter ? { parameters: [{ ...getPet.parameters[0], ...parameter }] } : {}),
          ...operation,
        },
      },
    },
    components: { schemas: { Pet: { ...pet, ...changes } } },
    ...fragment,
  };
}

async function generate(...fragments: readonly (object | string)[]) {
  const root = mkdtempSync(join(tmpdir(), 'fanbus-fragments-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'schemas/http'), { recursive: true });
  for (const [index, fragment] of fragments.entries()) {
    const text = typeof fragment === 'string' ? fragment : JSON.stringify(fragment);
    writeFileSync(join(root, `schemas/http/${['pets', 'zoos'][index]}.json`), text);
  }
  return generateHttp(readFragments(root), []);
}

const at = 'schemas/http/pets.json: /paths/~1pets~1{id}/get';

it('takes a fragment that is in order, and makes nothing of none', async () => {
  const files = await generate(fragmentWith({}));
  expect(files.map(({ path }) => path)).toEqual([
    'generated/http/pets.ts',
    'generated/http/validators/pets.js',
    'generated/http/validators/pets.d.ts',
    'generated/http/routes.ts',
    'docs/openapi.json',
    'generated/http/openapi.json',
  ]);
  expect(await generate()).toEqual([]);
});

const body = (maxBytes: number) => ({
  requestBody: { 'x-max-bytes': maxBytes, content: { 'text/csv': { schema: { type: 'string' } } } },
});

it.each<[string, Changes, string]>([
  ['no title', { fragment: { title: '' } }, 'schemas/http/pets.json: /title is ""'],
  ['no description of an operation', { operation: { description: ' ' } }, `${at}/description is " "`],
  ['no operationId', { operation: { operationId: undefined } }, `${at}/operationId is undefined`],
  [
    'an operationId of several words',
    { operation: { operationId: 'get pet' } },
    'It is a verb and an object',
  ],
  [
    'a function of another name',
    { fragment: { function: 'petsApi' } },
    'It is <domain>-api, such as tasks-api',
  ],
  [
    'an unknown method',
    { method: 'trace' },
    'is no method. An operation stands under get, post, put, patch, delete.',
  ],
  [
    'a path with capitals',
    { path: '/Pets/{id}' },
    'is no path: it is made of kebab-case words and {parameters}',
  ],
  [
    'a parameter that is not in the path',
    { path: '/pets' },
    'name id in the path, which has nothing. Make them the same.',
  ],
  ['a parameter in a cookie', { parameter: { in: 'cookie' } }, 'A parameter is in path, query or header.'],
  [
    'a parameter that is a list',
    { parameter: { schema: { type: 'array' } } },
    'A parameter is one of string, integer, boolean.',
  ],
  [
    'a parameter without a description',
    { parameter: { description: undefined } },
    `${at}/parameters/0/description is undefined`,
  ],
  [
    'a security of its own',
    { operation: { security: [{ key: [] }] } },
    'An operation takes a token, unless "security" is [].',
  ],
  [
    'a status that is said of all',
    { operation: { responses: { 500: { description: 'Ours.' } } } },
    'An operation answers 200 to 499; the rest is said of all.',
  ],
  [
    'a problem of its own shape',
    { operation: { responses: { 404: { description: 'None.', content: {} } } } },
    'every 4xx is a problem. Remove it.',
  ],
  [
    'a body in two media types',
    { operation: { requestBody: { content: { 'text/csv': {}, 'text/html': {} } } } },
    'has several media types. Name one.',
  ],
  [
    'a body that no function can be given',
    { operation: body(6_000_000) },
    'A body may have from 1 to 4194304 bytes',
  ],
  [
    'a field without a description',
    { pet: { properties: { name: { type: 'string' } } } },
    '/components/schemas/Pet/properties/name has no "description". Say what it holds.',
  ],
  [
    'an object that may take anything',
    { pet: { additionalProperties: undefined } },
    'Set "additionalProperties": false; a misspelt field is then refused, not lost.',
  ],
  [
    'a reference to what there is not',
    { pet: { properties: { name: { $ref: '#/components/schemas/Name' } } } },
    'It may refer to "#/components/schemas/<name>" of its own file: Pet.',
  ],
  [
    'an example that its schema refuses',
    { pet: { examples: [{ name: 7 }] } },
    '/components/schemas/Pet/examples/0/name must be string. Correct the example or the schema.',
  ],
  ['an unknown keyword', { pet: { maxLenght: 7 } }, 'unknown keyword: "maxLenght". Correct the schema.'],
])('refuses %s', async (_title, changes, message) => {
  const error = await generate(fragmentWith(changes)).catch((caught) => caught);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toContain(message);
});

it('refuses a file that is no JSON', async () => {
  await expect(generate('{')).rejects.toThrow(UserError);
  await expect(generate('[]')).rejects.toThrow('schemas/http/pets.json is [], and must be an object.');
});

it('refuses two fragments that say the same', async () => {
  const zoo = (changes: Changes) => fragmentWith({ ...changes, fragment: { function: 'zoos-api' } });
  await expect(generate(fragmentWith({}), fragmentWith({}))).rejects.toThrow(
    'schemas/http/zoos.json has the operationId getPet, which is in schemas/http/pets.json. All are one document: rename one of them.',
  );
  await expect(generate(fragmentWith({}), zoo({ operation: { operationId: 'getZoo' } }))).rejects.toThrow(
    'has the route GET /pets/{id}',
  );
  await expect(
    generate(fragmentWith({}), zoo({ operation: { operationId: 'getZoo' }, path: '/zoos/{id}' })),
  ).rejects.toThrow('has the schema Pet');
});
