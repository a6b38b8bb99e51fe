import type { JsonObject } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';

/** `ValidationException`, the answer to most requests that AWS cannot use. */
export function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}

/** AWS's sentence about one member of a request; `name` as AWS spells it, such as `targets.1.member.id`. */
export function constraint(name: string, value: unknown, rule: string): AwsError {
  const shown = value === undefined || value === null ? 'null' : `'${String(value)}'`;
  return invalid(
    `1 validation error detected: Value ${shown} at '${name}' failed to satisfy constraint: Member must ${rule}`,
  );
}

export function limitExceeded(): AwsError {
  return new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
}

export function notFound(what: string): AwsError {
  return new AwsError('ResourceNotFoundException', `${what} does not exist.`);
}

export function alreadyExists(what: string): AwsError {
  return new AwsError('ResourceAlreadyExistsException', `${what} already exists.`);
}

/** A member that must be there and be text. */
export function requireText(input: JsonObject, member: string): string {
  const text = optionalText(input, member);
  if (text === undefined) throw constraint(lowerFirst(member), undefined, 'not be null');
  return text;
}

/** A member that must be text if it is there. */
export function optionalText(input: JsonObject, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === 'string') return value;
  throw new AwsError('SerializationException', `${member} must be a string, not ${JSON.stringify(value)}.`);
}

/** A member that must be a whole number within bounds if it is there. `name` as AWS spells it. */
export function optionalWhole(
  input: JsonObject,
  member: string,
  { name = lowerFirst(member), min, max }: { name?: string; min: number; max: number },
): number | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new AwsError(
      'SerializationException',
      `${member} must be a whole number, not ${JSON.stringify(value)}.`,
    );
  }
  if (value < min) throw constraint(name, value, `have value greater than or equal to ${min}`);
  if (value > max) throw constraint(name, value, `have value less than or equal to ${max}`);
  return value;
}

/** A member that must be a time: seconds since 1970, or text. In milliseconds. */
export function readTime(input: JsonObject, member: string): number {
  const time = input[member] ?? undefined;
  if (time === undefined) throw constraint(lowerFirst(member), undefined, 'not be null');
  const ms = typeof time === 'number' ? time * 1000 : Date.parse(String(time));
  if (!Number.isNaN(new Date(ms).getTime())) return ms;
  throw new AwsError('SerializationException', `${member} must be a time, not ${JSON.stringify(time)}.`);
}

/** A member that must be a list of objects if it is there. */
export function listOfObjects(input: JsonObject, member: string): readonly JsonObject[] {
  const value = input[member] ?? [];
  if (Array.isArray(value) && value.every(isObject)) return value;
  throw new AwsError(
    'SerializationException',
    `${member} must be a list of objects, not ${JSON.stringify(value)}.`,
  );
}

/** A member that must be a list of texts if it is there. */
export function listOfTexts(input: JsonObject, member: string): readonly string[] {
  const value = input[member] ?? [];
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new AwsError(
    'SerializationException',
    `${member} must be a list of strings, not ${JSON.stringify(value)}.`,
  );
}

/** A member that must be an object if it is there. */
export function optionalObject(input: JsonObject, member: string): JsonObject | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || isObject(value)) return value;
  throw new AwsError('SerializationException', `${member} must be an object, not ${JSON.stringify(value)}.`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name of a bus, rule, archive, replay or target. */
export function requireName(input: JsonObject, member: string, maxLength: number): string {
  return checkName(requireText(input, member), lowerFirst(member), maxLength);
}

/** The name, if it is one. `member` as AWS spells it. */
export function checkName(name: string, member: string, maxLength: number, pattern = namePattern): string {
  if (name.length > maxLength)
    throw constraint(member, name, `have length less than or equal to ${maxLength}`);
  if (name.length < 1) throw constraint(member, name, 'have length greater than or equal to 1');
  if (!new RegExp(`^${pattern}$`).test(name)) {
    throw constraint(member, name, `satisfy regular expression pattern: ${pattern}`);
  }
  return name;
}

export const namePattern = '[\\.\\-_A-Za-z0-9]+';
export const busNamePattern = '[/\\.\\-_A-Za-z0-9]+';

/** One page of a list: `{[member]: items}`, and `NextToken` when there is more. */
export function page(input: JsonObject, member: string, items: readonly unknown[]): JsonObject {
  const limit = optionalWhole(input, 'Limit', { min: 1, max: 100 }) ?? 100;
  const token = optionalText(input, 'NextToken');
  const start = token === undefined ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(start)) throw invalid('Parameter NextToken is not valid.');
  const end = start + limit;
  const more = end < items.length ? { NextToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { [member]: items.slice(start, end), ...more };
}

/** Drops the members that have no value: AWS leaves them out. */
export function present(members: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** Whole seconds and milliseconds as JSON 1.1 carries a timestamp. */
export function timestamp(ms: number): number {
  return ms / 1000;
}

function lowerFirst(member: string): string {
  return member.charAt(0).toLowerCase() + member.slice(1);
}
