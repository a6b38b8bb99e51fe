import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRouteKey } from '../../../../tools/local/api/route-key.ts';
import { selectRoute } from '../../../../tools/local/api/select-route.ts';

const keys = [
  'GET /pets/dog/1',
  'GET /pets/dog/{id}',
  'GET /pets/{proxy+}',
  'GET /pets/dog/{rest+}',
  'ANY /{proxy+}',
  'ANY /toys/{id}',
  'GET /toys/{id}',
  'ANY /toys/ball',
  'GET /{kind}/new',
  'POST /',
  '$default',
];
const routes = keys.map((text) => ({ key: parseRouteKey(text) }));
const select = (method: string, path: string) => selectRoute(routes, method, path)?.route.key.text;

it.each([
  // AWS's own examples.
  ['GET', '/pets/dog/1', 'GET /pets/dog/1'],
  ['GET', '/pets/dog/2', 'GET /pets/dog/{id}'],
  ['GET', '/pets/cat/1', 'GET /pets/{proxy+}'],
  ['POST', '/test/5', 'ANY /{proxy+}'],
  // The longer literal beginning.
  ['GET', '/pets/dog/collars/1', 'GET /pets/dog/{rest+}'],
  // The method itself before ANY, and that before a literal.
  ['GET', '/toys/1', 'GET /toys/{id}'],
  ['GET', '/toys/ball', 'GET /toys/{id}'],
  ['PUT', '/toys/ball', 'ANY /toys/ball'],
  ['PUT', '/toys/1', 'ANY /toys/{id}'],
  ['GET', '/cars/new', 'GET /{kind}/new'],
  // A greedy variable takes at least one segment.
  ['POST', '/', 'POST /'],
  ['GET', '/', '$default'],
])('takes %s %s by %s', (method, path, key) => {
  expect(select(method, path)).toBe(key);
});

it('takes the same route whatever the order in which they were declared', () => {
  const path = fc.constantFrom('/', '/pets/dog/1', '/pets/dog/x/y', '/toys/ball', '/toys/7', '/a/new');
  const order = fc.shuffledSubarray(routes, { minLength: routes.length });
  fc.assert(
    fc.property(path, fc.constantFrom('GET', 'PUT'), order, (path, method, shuffled) => {
      expect(selectRoute(shuffled, method, path)?.route.key.text).toBe(select(method, path));
    }),
  );
});

it.each([
  'GET',
  'get /a',
  'GET a',
  'GET  /a',
  'FETCH /a',
  '/a',
  'GET /{a',
  'GET /{a+}/b',
  'GET /x{a}',
  '$other',
  '',
])('refuses the key "%s"', (text) => {
  expect(() => parseRouteKey(text)).toThrow(`RouteKey "${text}" is not valid: `);
});

describe('path variables', () => {
  const parameters = (key: string, path: string) =>
    selectRoute([{ key: parseRouteKey(key) }], 'GET', path)?.parameters;

  it('are what stands in their place, decoded', () => {
    expect(parameters('GET /a/{b}/{c}', '/a/x%20y/z')).toEqual({ b: 'x y', c: 'z' });
    expect(parameters('GET /a/{b+}', '/a/x/y%2Fz')).toEqual({ b: 'x/y/z' });
    expect(parameters('$default', '/a')).toEqual({});
  });

  it('do not take nothing', () => {
    expect(parameters('GET /a/{b}', '/a/')).toBeUndefined();
    expect(parameters('GET /a/{b+}', '/a')).toBeUndefined();
  });
});
