import type { JsonObject } from '../local-service.ts';
import { AwsError } from './aws-error.ts';

/** Typed access to the properties of a resource or a request. CloudFormation writes numbers and booleans as text at times. */
export interface PropertyReader {
  text(name: string): string | undefined;
  number(name: string): number | undefined;
  boolean(name: string): boolean | undefined;
  /** Empty when absent. */
  object(name: string): JsonObject;
  /** Empty when absent. */
  list(name: string): readonly unknown[];
}

/** Reads properties by name. A value of the wrong type throws an `AwsError` that names the property. */
export function readProperties(properties: JsonObject): PropertyReader {
  const refuse = (name: string, expected: string): never => {
    throw new AwsError(
      'ValidationException',
      `${name} must be ${expected}, not ${JSON.stringify(properties[name])}`,
    );
  };
  return {
    text(name) {
      const value = properties[name];
      if (value === undefined || value === null) return undefined;
      if (typeof value === 'string') return value;
      return typeof value === 'number' || typeof value === 'boolean'
        ? String(value)
        : refuse(name, 'a string');
    },
    number(name) {
      const value = properties[name];
      if (value === undefined || value === null) return undefined;
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && Number.isFinite(number) ? number : refuse(name, 'a number');
    },
    boolean(name) {
      const value = properties[name];
      if (value === undefined || value === null) return undefined;
      if (value === true || value === 'true') return true;
      return value === false || value === 'false' ? false : refuse(name, 'true or false');
    },
    object(name) {
      const value = properties[name];
      if (value === undefined || value === null) return {};
      return typeof value === 'object' && !Array.isArray(value)
        ? (value as JsonObject)
        : refuse(name, 'an object');
    },
    list(name) {
      const value = properties[name];
      if (value === undefined || value === null) return [];
      return Array.isArray(value) ? value : refuse(name, 'a list');
    },
  };
}
