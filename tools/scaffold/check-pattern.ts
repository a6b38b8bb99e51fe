import type { CompiledSchema } from '../codegen/compile-schemas.ts';
import type { SchemaFile } from '../codegen/schema-set.ts';
import { type Condition, compilePattern, type Pattern } from '../local/rule/compile-pattern.ts';
import { AwsError } from '../local/wire/aws-error.ts';
import { didYouMean } from '../nearest.ts';
import { UserError } from '../user-error.ts';
import { canMatch, describeSpot, isAlwaysThere, valuesAt } from './can-match.ts';
import { addressOf } from './find-event.ts';
import { createSchemaReader, type SchemaReader, type SchemaSpot } from './schema-spot.ts';

/** Conditions on `detail`, in EventBridge's pattern language. */
export type DetailPattern = Readonly<Record<string, unknown>>;

/**
 * Throws `UserError` for conditions that AWS refuses, or that no event can meet whose fields are those of the schema; only when that
 * is certain. Answers with a sentence for each part of the others that can match nothing.
 */
export function checkPattern(
  detail: DetailPattern,
  compiled: CompiledSchema,
  metadata: SchemaFile,
): readonly string[] {
  const schema = createSchemaReader(compiled, metadata);
  const { branches } = compile(detail);
  const problems = branches.map((branch) =>
    branch.flatMap((condition) => problemOf(condition, schema) ?? []),
  );
  const [[problem] = []] = problems;
  if (problem !== undefined && problems.every((branch) => branch.length > 0)) {
    throw new UserError(`--pattern matches no valid ${addressOf(compiled.event)}: ${problem}`);
  }
  const idle = branches.flatMap((branch) => branch.flatMap((condition) => idleValues(condition, schema)));
  return [...new Set([...problems.flatMap((branch) => branch.slice(0, 1)), ...idle])];
}

function compile(detail: DetailPattern): Pattern {
  try {
    return compilePattern(JSON.stringify({ detail }));
  } catch (cause) {
    if (!(cause instanceof AwsError)) throw cause;
    const [reason] = cause.message.replace(/^.*?Reason: /s, '').split('\n');
    throw new UserError(
      `--pattern ${JSON.stringify(detail)} is not valid: ${reason}. A field's condition is a list, such as {"data":{"owner":["ada"]}}.`,
      { cause },
    );
  }
}

/** Why no valid event meets a condition; nothing when one could. */
function problemOf(condition: Condition, schema: SchemaReader): string | undefined {
  const { path, matchers, text } = condition;
  const { spots, isOpen } = reach(condition, schema);
  const asksForAbsence = matchers.some(({ matchesAbsence }) => matchesAbsence);
  if (isOpen || (asksForAbsence && !spots.some((spot) => isAlwaysThere(spot, schema)))) return undefined;
  const [spot] = spots;
  if (spot === undefined) return unknownField(path.text, schema);
  if (spots.some((one) => matchers.some((matcher) => canMatch(matcher, one, schema)))) return undefined;
  if (asksForAbsence) return `${path.text} is in every one of them, so ${text} is never met.`;
  const asked: readonly unknown[] = JSON.parse(text);
  return `${path.text} ${describeSpot(spot, schema)}, so ${text} is never met.${meant(asked, spot, schema)}`;
}

/** Those of several values that match nothing, while others do. */
function idleValues(condition: Condition, schema: SchemaReader): readonly string[] {
  const { path, matchers, text } = condition;
  const { spots, isOpen } = reach(condition, schema);
  const [spot] = spots;
  if (isOpen || spot === undefined || problemOf(condition, schema) !== undefined) return [];
  const asked: readonly unknown[] = JSON.parse(text);
  return asked.flatMap((value, index) => {
    const matcher = matchers[index];
    if (matcher === undefined || matcher.matchesAbsence) return [];
    if (spots.some((one) => canMatch(matcher, one, schema))) return [];
    return `${path.text} ${describeSpot(spot, schema)}, so ${JSON.stringify(value)} is never met.${meant([value], spot, schema)}`;
  });
}

type Steps = Condition['path']['steps'];

/** Where in the schema a condition looks. */
function reach({ path }: Condition, schema: SchemaReader): ReturnType<SchemaReader['fieldOf']> {
  return walk(schema.root, path.steps.find(({ key }) => key === 'detail')?.rest ?? []);

  function walk(spot: SchemaSpot, steps: Steps): ReturnType<SchemaReader['fieldOf']> {
    if (steps.length === 0) return { spots: [spot], isOpen: false };
    const found = steps.map(({ key, rest }) => {
      const { spots, isOpen } = schema.fieldOf(spot, key);
      return [{ spots: [], isOpen }, ...spots.map((inner) => walk(inner, rest))];
    });
    return {
      spots: found.flat().flatMap(({ spots }) => spots),
      isOpen: found.flat().some(({ isOpen }) => isOpen),
    };
  }
}

/** The first step of a path that the schema does not know, and what it knows there. */
function unknownField(path: string, schema: SchemaReader): string {
  let spots: readonly SchemaSpot[] = [schema.root];
  let known = 'detail';
  for (const name of path.split('.').slice(1)) {
    const inner = spots.flatMap((spot) => schema.fieldOf(spot, name).spots);
    if (inner.length === 0) {
      const names = spots.flatMap(schema.namesIn);
      const has = names.length === 0 ? 'has no fields' : `has ${names.join(', ')}`;
      return `${known} has no "${name}"; it ${has}.${didYouMean(name, names)}`;
    }
    spots = inner;
    known = `${known}.${name}`;
  }
  return `${path} is no field.`;
}

function meant(asked: readonly unknown[], spot: SchemaSpot, schema: SchemaReader): string {
  const known = valuesAt(spot, schema).filter((value) => typeof value === 'string');
  const word = asked.find((value) => typeof value === 'string');
  return word === undefined ? '' : didYouMean(word, known);
}
