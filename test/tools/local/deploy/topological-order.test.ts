import fc from 'fast-check';
import { expect, it } from 'vitest';
import { topologicalOrder } from '../../../../tools/local/deploy/topological-order.ts';

it('puts each name after those it depends on, and keeps the given order otherwise', () => {
  const graph = new Map([
    ['c', ['a', 'elsewhere']],
    ['b', []],
    ['a', ['b']],
    ['d', []],
  ]);
  expect(topologicalOrder(graph, 'the letters')).toEqual(['b', 'a', 'c', 'd']);
});

it('holds for every graph without a circle', () => {
  // Edges only lead to smaller numbers, so there is none.
  const acyclic = fc.array(fc.array(fc.nat(50), { maxLength: 5 }), { maxLength: 50 });
  fc.assert(
    fc.property(acyclic, fc.infiniteStream(fc.nat()), (edges, shuffle) => {
      const nodes = edges.map(
        (targets, node) => [String(node), targets.filter((each) => each < node).map(String)] as const,
      );
      const keyed = nodes.map((node) => ({ node, key: shuffle.next().value ?? 0 }));
      const graph = new Map(keyed.sort((a, b) => a.key - b.key).map(({ node }) => node));
      const order = topologicalOrder(graph, 'the numbers');
      expect(order.toSorted()).toEqual([...graph.keys()].toSorted());
      for (const [node, targets] of graph) {
        for (const target of targets) expect(order.indexOf(target)).toBeLessThan(order.indexOf(node));
      }
    }),
  );
});

it('refuses a circle, naming its members', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c']],
    ['c', ['b']],
  ]);
  expect(() => topologicalOrder(graph, 'the stacks')).toThrow(
    'the stacks depend on each other in a circle: b → c → b',
  );
});
