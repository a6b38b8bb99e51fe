import type { JsonOperation, ResourceProvider } from '../local-service.ts';

/** The same operations, telling after each that does more than read. Those of `others` change what is kept elsewhere. */
export function tellingOperations<Name extends string>(
  operations: Readonly<Record<Name, JsonOperation>>,
  changed: (() => void) | undefined,
  others: readonly string[] = [],
): Readonly<Record<Name, JsonOperation>> {
  if (changed === undefined) return operations;
  const told: Record<Name, JsonOperation> = { ...operations };
  for (const name of Object.keys(operations) as Name[]) {
    const operation = operations[name];
    if (READS.test(name) || others.includes(name)) continue;
    told[name] = (...request) => {
      const answer = operation(...request);
      changed();
      return answer;
    };
  }
  return told;
}

const READS = /^(Describe|Get|List|Test)/;

/** The same providers, telling after each deployment and removal. */
export function tellingResources(
  resources: Readonly<Record<string, ResourceProvider>>,
  changed: (() => void) | undefined,
): Readonly<Record<string, ResourceProvider>> {
  if (changed === undefined) return resources;
  const told = Object.entries(resources).map(([type, provider]): [string, ResourceProvider] => [
    type,
    {
      ...provider,
      deploy: (resource) => provider.deploy(resource).finally(changed),
      remove: (physicalId) => provider.remove(physicalId).finally(changed),
    },
  ]);
  return Object.fromEntries(told);
}
