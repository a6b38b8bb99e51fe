/** Reads one value out of an event; nothing when the path leads nowhere. */
export type JsonPath = (event: unknown) => unknown;

/**
 * Compiles EventBridge's subset of JSONPath: `$`, `.name`, `['name']`, `[0]`, `[*]` and `.*`. Nothing when the text is no such path.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function readJsonPath(text: string): JsonPath | undefined {
  if (!/^\$(?:\.[\w-]+|\.\*|\[\d+\]|\[\*\]|\['[^']+'\])*$/.test(text)) return undefined;
  const steps = [...text.matchAll(/\.([\w-]+|\*)|\[(\d+|\*)\]|\['([^']+)'\]/g)].map(
    ([, name, index, quoted]) => name ?? index ?? quoted ?? '',
  );
  return (event) => walk(event, steps);
}

function walk(value: unknown, steps: readonly string[]): unknown {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (step === '*') return Object.values(value).map((item) => walk(item, rest));
  return Object.hasOwn(value, step) ? walk((value as Record<string, unknown>)[step], rest) : undefined;
}
