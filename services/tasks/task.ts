import type { TaskRowsReadV1 } from '../../generated/events/task-rows-read-v1.ts';

/** A row as it stands in the file: raw cells, blank ones absent. */
export type Row = Readonly<TaskRowsReadV1['data']['rows'][number]>;

/** What a row asks for, once checked. */
export interface TaskInput {
  readonly title: string;
  readonly detail?: string;
  /** ISO 8601 in UTC. */
  readonly dueAt?: string;
  readonly isComplete: boolean;
}

export const TITLE_MAX_CHARACTERS = 100;
export const DETAIL_MAX_CHARACTERS = 1_000;

/** Checks one row. `reason` says everything that is wrong with it, for the file's owner. */
export function parseRow(row: Row): { readonly task: TaskInput } | { readonly reason: string } {
  if (row.fault !== undefined) return { reason: row.fault };
  const title = row.title?.trim() ?? '';
  const detail = row.detail?.trim();
  const dueAt = row.dueAt === undefined ? undefined : parseTime(row.dueAt.trim());
  const isComplete = row.isComplete === undefined ? false : BOOLEANS.get(row.isComplete.trim().toLowerCase());
  const reasons: string[] = [];
  if (title === '') reasons.push('the title is missing');
  if (count(title) > TITLE_MAX_CHARACTERS) reasons.push(tooLong('title', title, TITLE_MAX_CHARACTERS));
  if (detail && count(detail) > DETAIL_MAX_CHARACTERS) {
    reasons.push(tooLong('detail', detail, DETAIL_MAX_CHARACTERS));
  }
  if (row.dueAt !== undefined && dueAt === undefined) {
    reasons.push(
      `dueAt is ${quote(row.dueAt)}, but must be ISO 8601 like 2026-12-01 or 2026-12-01T09:00:00Z`,
    );
  }
  if (isComplete === undefined) {
    reasons.push(`isComplete is ${quote(row.isComplete ?? '')}, but must be true, false, 1 or 0`);
  }
  if (reasons.length > 0 || isComplete === undefined) return { reason: reasons.join('; ') };
  return { task: { title, ...(detail && { detail }), ...(dueAt && { dueAt }), isComplete } };
}

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(?:Z|([+-])(\d{2})(?::?(\d{2}))?)?)?$/i;

/**
 * A date, or a date and time with `Z`, an offset or neither (which is UTC), as `2026-12-01T09:00:00.000Z`. Undefined for
 * anything else, such as 31 February.
 */
export function parseTime(text: string): string | undefined {
  const match = TIME.exec(text);
  if (!match) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((digits) => Number(digits ?? 0));
  const milliseconds = Number((match[7] ?? '').slice(0, 3).padEnd(3, '0'));
  const [offsetHours, offsetMinutes] = [Number(match[9] ?? 0), Number(match[10] ?? 0)];
  if (offsetHours > 23 || offsetMinutes > 59) return undefined;
  const local = new Date(0);
  local.setUTCFullYear(year ?? 0, (month ?? 0) - 1, day);
  local.setUTCHours(hour ?? 0, minute, second, milliseconds);
  // A day or an hour that does not exist rolls over into another one.
  const written = [local.getUTCMonth() + 1, local.getUTCDate(), local.getUTCHours(), local.getUTCMinutes()];
  if ([month, day, hour, minute].some((n, i) => n !== written[i]) || (second ?? 0) > 59) return undefined;
  const offset = (match[8] === '-' ? -1 : 1) * (offsetHours * 60 + offsetMinutes) * 60_000;
  const utc = new Date(local.getTime() - offset).toISOString();
  // Years outside 0000 to 9999 are written longer, and would not sort as text.
  return utc.length === 24 ? utc : undefined;
}

/** Characters as people count them roughly: code points, so that an emoji is one. */
function count(text: string): number {
  let characters = 0;
  for (const _ of text) characters += 1;
  return characters;
}

function tooLong(name: string, text: string, max: number): string {
  return `the ${name} has ${count(text)} characters, but may have at most ${max}`;
}

function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
