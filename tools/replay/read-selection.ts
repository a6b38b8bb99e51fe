import { didYouMean } from '../nearest.ts';
import { parseMoment } from '../parse-moment.ts';
import { chainPattern } from '../pattern/chain-pattern.ts';
import { requirePattern } from '../pattern/require-pattern.ts';
import type { KeptArchive } from '../target/read-archive.ts';
import { UserError } from '../user-error.ts';
import { joinPatterns, type Selection } from './selection.ts';

export interface SelectionOptions {
  readonly since?: string;
  readonly until?: string;
  /** `TaskRowsRead.v1`, or with its source: `fanbus.tasks/TaskRowsRead.v1`. */
  readonly types: readonly string[];
  /** JSON text. */
  readonly pattern?: string;
  readonly correlation?: string;
}

/**
 * Reads what a person selects. `types` has the addresses of all types that there are. Throws `UserError` for a window that the archive
 * has nothing of, an unknown type and a pattern that is none.
 */
export function readSelection(
  given: SelectionOptions,
  {
    archive,
    now,
    types,
  }: { readonly archive: KeptArchive; readonly now: number; readonly types: readonly string[] },
): Selection {
  const patterns = [
    ...(given.types.length === 0 ? [] : [typesPattern(given.types.map((type) => addressOf(type, types)))]),
    ...(given.correlation === undefined ? [] : [JSON.stringify(chainPattern(given.correlation))]),
    ...(given.pattern === undefined ? [] : [given.pattern]),
  ];
  if (given.pattern !== undefined) checkPattern(given.pattern, patterns);
  return { ...readWindow(given, { archive, now }), patterns };
}

function readWindow(
  { correlation, since, until = '0s' }: SelectionOptions,
  { archive, now }: { readonly archive: KeptArchive; readonly now: number },
): Omit<Selection, 'patterns'> {
  if (since === undefined && correlation === undefined) {
    throw new UserError(
      'no --since: say how far back, such as --since 30d or --since 2026-11-01. Only a --correlation is looked for in all of the archive.',
    );
  }
  const { keptSince, name, retentionDays } = archive;
  const keeps = `the archive ${name} keeps ${retentionDays === 0 ? 'everything' : `${retentionDays} days`}, now since ${iso(keptSince)}`;
  const from = wholeSecond(since === undefined ? keptSince : parseMoment('since', since, now));
  const to = parseMoment('until', until, now);
  if (from > now) throw new UserError(`--since ${since} is in the future: ${keeps}.`);
  if (to > now) throw new UserError(`--until ${until} is in the future: leave it out for all until now.`);
  if (to <= from) {
    throw new UserError(`the window is empty: it begins at ${iso(from)} and ends at ${iso(to)}.`);
  }
  if (to <= keptSince) {
    throw new UserError(`nothing is left of ${iso(from)} to ${iso(to)}: ${keeps}.`);
  }
  const first = wholeSecond(keptSince);
  return { since: Math.max(from, first), until: to, isCut: from < first };
}

function wholeSecond(ms: number): number {
  return ms - (ms % 1_000);
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** `TaskRowsRead.v1` -> `fanbus.tasks/TaskRowsRead.v1` */
function addressOf(type: string, known: readonly string[]): string {
  const found = known.find((address) => address === type || address.split('/')[1] === type);
  if (found !== undefined) return found;
  const names = known.flatMap((address) => address.split('/')[1] ?? []);
  throw new UserError(`no event "${type}".${didYouMean(type, names)} docs/events.md has them all.`);
}

/** A type belongs to one source, so sources and types may stand in two lists. */
function typesPattern(addresses: readonly string[]): string {
  const parts = addresses.map((address) => address.split('/'));
  const unique = (n: number) => [...new Set(parts.map((part) => part[n]))];
  return JSON.stringify({ source: unique(0), 'detail-type': unique(1) });
}

function checkPattern(pattern: string, all: readonly string[]): void {
  requirePattern(pattern);
  const members = all.flatMap((text) => Object.keys(JSON.parse(text)));
  const twice = members.find((member, n) => members.indexOf(member) !== n);
  if (twice !== undefined) {
    throw new UserError(
      `--pattern says something of "${twice}", and so does ${twice === '$or' ? '--correlation' : '--type'}: say it in --pattern alone.`,
    );
  }
  if (members.includes('replay-name')) {
    throw new UserError('--pattern names replay-name, which an archive does not keep: leave it out.');
  }
  // A rule for the replay has room for its name besides.
  const { length } = joinPatterns(all);
  if (length > 1_900) throw new UserError(`--pattern is too long by ${length - 1_900} characters.`);
}
