import { UserError } from '../../user-error.ts';

/**
 * The keys of the graph, each after those it depends on and otherwise in their given order. Names that are no key are left out.
 * Throws `UserError` naming the members of a cycle; `what` says of what.
 */
export function topologicalOrder(
  dependencies: ReadonlyMap<string, Iterable<string>>,
  what: string,
): readonly string[] {
  const ordered = new Set<string>();
  const path: string[] = [];

  for (const name of dependencies.keys()) visit(name);
  return [...ordered];

  function visit(name: string): void {
    if (ordered.has(name)) return;
    if (path.includes(name)) {
      const cycle = [...path.slice(path.indexOf(name)), name].join(' → ');
      throw new UserError(`${what} depend on each other in a circle: ${cycle}. Break it.`);
    }
    path.push(name);
    for (const dependency of dependencies.get(name) ?? []) {
      if (dependencies.has(dependency)) visit(dependency);
    }
    path.pop();
    ordered.add(name);
  }
}
