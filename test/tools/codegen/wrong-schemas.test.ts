import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { generate } from '../../../tools/codegen/generate.ts';
import { UserError } from '../../../tools/user-error.ts';
import { openSchemas } from './open-schemas.ts';

interface Case {
  readonly path: string;
  readonly schema?: object;
  readonly text?: string;
  readonly message: string;
}

const cases = globSync(join(import.meta.dirname, 'cases/*.json')).sort();

const shipped = {
  title: 'Shipped',
  description: 'It left.',
  type: 'object',
  required: ['metadata', 'data'],
  properties: {
    metadata: { $ref: '../metadata.json' },
    data: { description: 'Nothing more.', type: 'object' },
  },
  examples: [
    {
      metadata: {
        eventId: '0199a4c6-3f10-7d2a-9b1e-5c0d8e7f6a12',
        correlationId: 'c',
        occurredAt: '2026-11-21T09:30:00.000Z',
        producer: 'post',
      },
      data: {},
    },
  ],
};

describe('codegen refuses a schema that', () => {
  it('has case files', () => {
    expect(cases.length).toBeGreaterThan(20);
  });

  it.each(cases.map((file) => [basename(file, '.json').replaceAll('-', ' '), file]))(
    '%s',
    async (_title, file) => {
      const { path, schema, text, message }: Case = JSON.parse(readFileSync(file, 'utf8'));
      const root = openSchemas({
        'schemas/acme.post/Shipped.v1.json': shipped,
        [path]: text ?? schema ?? {},
      });
      const error = await generate(root).catch((caught) => caught);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).toContain(message);
      expect(existsSync(join(root, 'generated'))).toBe(false);
    },
  );

  it('is missing altogether', async () => {
    await expect(generate(openSchemas({}))).rejects.toThrow('no event schema below');
  });

  it('is the shared metadata, when that is broken', async () => {
    const root = openSchemas({ 'schemas/acme.post/Shipped.v1.json': shipped, 'schemas/metadata.json': '{' });
    await expect(generate(root)).rejects.toThrow('schemas/metadata.json is no JSON');
  });
});
