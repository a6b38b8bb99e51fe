import { AwsError } from '../wire/aws-error.ts';
import { type Path, readPath } from './event-fields.ts';
import { type JsonEntry, type JsonNode, openingOf, readJsonNode } from './json-node.ts';
import type { Matcher } from './matcher.ts';
import { exactMatcher } from './operators/exactly.ts';
import { tooComplex } from './operators/wildcard.ts';
import { operators } from './operators.ts';
import { PatternProblem } from './pattern-problem.ts';

/** A pattern ready to match: an event matches when it meets every condition of one branch. Each `$or` multiplies the branches. */
export interface Pattern {
  readonly text: string;
  readonly branches: readonly Branch[];
}

/** Sorted by path, the order in which AWS looks at fields. */
export type Branch = readonly Condition[];

/** What one field must be: any of the matchers. */
export interface Condition {
  readonly path: Path;
  readonly matchers: readonly Matcher[];
  /** The list as the pattern spells it. */
  readonly text: string;
}

/** Compiles an event pattern. Throws `InvalidEventPatternException` with AWS's reason and place. */
export function compilePattern(text: string): Pattern {
  try {
    if (text.length > maxPatternLength) {
      throw new AwsError(
        'ValidationException',
        `1 validation error detected: Value '${text}' at 'eventPattern' failed to satisfy constraint: Member must have length less than or equal to ${maxPatternLength}`,
      );
    }
    const root = readJsonNode(text);
    if (root.kind !== 'object') throw new PatternProblem('Filter is not an object', openingOf(root));
    const branches = compileObject({ text, node: root, prefix: '', branches: [new Map()], inOr: false });
    return { text, branches: branches.map(toBranch) };
  } catch (problem) {
    if (!(problem instanceof PatternProblem)) throw problem;
    throw new AwsError(
      'InvalidEventPatternException',
      `Event pattern is not valid. Reason: ${problem.message}${placeOf(problem, text)}`,
      { cause: problem },
    );
  }
}

const maxPatternLength = 2048;
const maxBranches = 1000;

type OpenBranch = ReadonlyMap<string, Condition>;

interface ObjectToCompile {
  readonly text: string;
  readonly node: JsonNode & { kind: 'object' };
  readonly prefix: string;
  readonly branches: readonly OpenBranch[];
  readonly inOr: boolean;
}

function compileObject(object: ObjectToCompile): readonly OpenBranch[] {
  const { text, node, prefix, inOr } = object;
  if (node.entries.length === 0) throw new PatternProblem('Empty objects are not allowed', node.end);
  let branches = object.branches;
  for (const { name, value } of node.entries) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (name === '$or') {
      branches = compileOr({ ...object, branches }, value);
    } else if (inOr && reservedInOr.has(name)) {
      throw new PatternProblem(
        `${name} is Ruler reserved fieldName which cannot be used inside $or.`,
        openingOf(value),
      );
    } else if (value.kind === 'object') {
      branches = compileObject({ text, node: value, prefix: path, branches, inOr });
    } else if (value.kind === 'array') {
      const condition = compileCondition(text, path, value);
      branches = branches.map((branch) => new Map(branch).set(path, condition));
    } else {
      throw new PatternProblem(`"${name}" must be an object or an array`, openingOf(value));
    }
  }
  return branches;
}

function compileOr(object: ObjectToCompile, value: JsonNode): readonly OpenBranch[] {
  if (value.kind !== 'array') {
    throw new PatternProblem('It must be an Array followed with $or.', openingOf(value));
  }
  const branches = value.items.flatMap((item) => {
    if (item.kind !== 'object') {
      throw new PatternProblem('Only JSON object is allowed in array of $or relationship.', openingOf(item));
    }
    return compileObject({ ...object, node: item, inOr: true });
  });
  if (value.items.length < 2) {
    throw new PatternProblem('There must have at least 2 Objects in $or relationship.', value.end);
  }
  if (branches.length > maxBranches) throw new PatternProblem(tooComplex);
  return branches;
}

function compileCondition(text: string, path: string, list: JsonNode & { kind: 'array' }): Condition {
  const matchers = list.items.map((item) =>
    item.kind === 'object' ? compileExpression(item.entries, item.end) : exactMatcher(item),
  );
  if (matchers.length === 0) throw new PatternProblem('Empty arrays are not allowed', list.end);
  return { path: readPath(path), matchers, text: text.slice(list.start, list.end) };
}

function compileExpression([entry, second]: readonly JsonEntry[], end: number): Matcher {
  if (entry === undefined) throw new PatternProblem('Match expression name not found', end);
  const operator = operators.get(entry.name);
  if (operator === undefined) {
    throw new PatternProblem(`Unrecognized match type ${entry.name}`, openingOf(entry.value));
  }
  const matcher = operator.compile(entry.value);
  if (second !== undefined) throw new PatternProblem(operator.secondKey, openingOf(second.value));
  return matcher;
}

function toBranch(branch: OpenBranch): Branch {
  return [...branch.values()].sort((a, b) => (a.path.text < b.path.text ? -1 : 1));
}

function placeOf({ offset, placeRepeated }: PatternProblem, text: string): string {
  if (offset === undefined) return '';
  const before = text.slice(0, offset).split('\n');
  const shown =
    text.length > 500 ? `"${text.slice(0, 500)}"[truncated ${text.length - 500} chars]` : `"${text}"`;
  const place = `\n at [Source: (String)${shown}; line: ${before.length}, column: ${(before.at(-1) ?? '').length + 1}]`;
  return placeRepeated ? place + place : place;
}

// The words that AWS keeps for itself inside $or, some for operators that do not exist yet.
const reservedInOr = new Set([
  ...operators.keys(),
  ...['=', '<', '<=', '>', '>=', 'regex', 'not-wildcard', 'not-equals-ignore-case', 'date-after'],
  ...['date-on-or-after', 'date-before', 'date-on-or-before', 'in-date-range'],
  ...['ip-address-in-range', 'ip-address-not-in-range'],
]);
