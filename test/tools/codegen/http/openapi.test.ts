import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { describe, expect, it } from 'vitest';
import { routes } from '../../../../generated/http/routes.ts';

const root = join(import.meta.dirname, '../../../..');
const file = join(root, 'docs/openapi.json');
const document = JSON.parse(readFileSync(file, 'utf8'));

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content?: object }>>;
}

const operations: readonly Operation[] = Object.values(document.paths).flatMap((methods) =>
  Object.values(methods as object),
);

describe('docs/openapi.json', () => {
  it('is OpenAPI 3.1', async () => {
    const validator = new Validator();
    expect(await validator.validate(structuredClone(document))).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('has every operation, of which one takes no token', () => {
    expect(operations.map(({ operationId }) => operationId).sort()).toEqual(
      routes.map(({ operationId }) => operationId).sort(),
    );
    const open = operations.filter(({ security }) => security?.length === 0);
    expect(open.map(({ operationId }) => operationId)).toEqual(['getHealth']);
    expect(document.security).toEqual([{ token: [] }]);
  });

  it('says of every operation how it refuses', () => {
    for (const { operationId, responses } of operations) {
      const problems = Object.entries(responses).filter(
        ([, { content = {} }]) => 'application/problem+json' in content,
      );
      expect(
        problems.map(([status]) => status),
        operationId,
      ).toEqual(expect.arrayContaining(['400', '500']));
      expect(Object.keys(responses), operationId).toContain('429');
    }
  });

  it('has the Idempotency-Key in every POST, and If-None-Match wherever there is an ETag to ask with', () => {
    const taking = (header: string) =>
      operations
        .filter(({ parameters = [] }) => parameters.some(({ name }) => name === header))
        .map(({ operationId }) => operationId)
        .sort();
    const posts = routes.filter(({ method }) => method === 'POST');
    expect(taking('Idempotency-Key')).toEqual(posts.map(({ operationId }) => operationId).sort());
    expect(taking('If-None-Match')).toEqual(['getImage', 'getOpenapi', 'getTask', 'getTaskFile', 'getUser']);
  });
});
