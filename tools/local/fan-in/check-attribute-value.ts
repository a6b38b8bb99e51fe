import { AwsError } from '../wire/aws-error.ts';
import { type AttributeValue, validations } from './dynalite.ts';

/** Refuses a value that DynamoDB would refuse; gives it back with its numbers in their canonical form. */
export function checkAttributeValue(value: unknown): AttributeValue {
  if (typeof value !== 'object' || value === null) throw malformed(value);
  const typed = value as AttributeValue;
  let types = 0;
  for (const type in typed) {
    types += 1;
    if (!hasItsType(type, typed[type])) throw malformed(value);
  }
  // Most values of a row are texts and small whole numbers: they need no second look.
  if (types === 1 && (typeof typed.S === 'string' || typeof typed.BOOL === 'boolean')) return typed;
  if (types === 1 && typeof typed.N === 'string' && PLAIN_INTEGER.test(typed.N)) return typed;
  const problem = validations.validateAttributeValue(typed);
  if (problem) throw new AwsError('ValidationException', problem);
  return typed;
}

const PLAIN_INTEGER = /^(0|-?[1-9]\d{0,14})$/;

function hasItsType(type: string, value: unknown): boolean {
  switch (type) {
    case 'S':
    case 'N':
    case 'B':
      return typeof value === 'string';
    case 'BOOL':
    case 'NULL':
      return typeof value === 'boolean';
    case 'SS':
    case 'NS':
    case 'BS':
      return Array.isArray(value) && value.every((element) => typeof element === 'string');
    case 'L':
      return Array.isArray(value) && value.every(isAttributeValue);
    case 'M':
      return typeof value === 'object' && value !== null && Object.values(value).every(isAttributeValue);
    default:
      return false;
  }
}

function isAttributeValue(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.entries(value).every(([type, content]) => hasItsType(type, content))
  );
}

function malformed(value: unknown): AwsError {
  return new AwsError(
    'ValidationException',
    `Supplied AttributeValue is not one of the supported datatypes: ${JSON.stringify(value)}`,
  );
}
