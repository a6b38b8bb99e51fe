import type { JsonObject } from '../local-service.ts';
import { parseSub } from './parse-sub.ts';

/** What the intrinsic functions of one stack can look up. Each throws an error that names what is missing. */
export interface Scope {
  /** A parameter, a pseudo parameter or a resource's physical id. `AWS::NoValue` yields `NO_VALUE`. */
  reference(name: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  isTrue(condition: string): boolean;
  mapping(map: string, topKey: string, secondKey: string): unknown;
  importValue(name: string): unknown;
  readonly region: string;
}

/** Stands for "leave this property or element out". */
export const NO_VALUE: unique symbol = Symbol('AWS::NoValue');

/** The value with every intrinsic function replaced by what it yields. Throws an error that names a function that is unknown or misused. */
export function resolveIntrinsics(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value))
    return value
      .map((element) => resolveIntrinsics(element, scope))
      .filter((element) => element !== NO_VALUE);
  if (typeof value !== 'object' || value === null) return value;
  const [only, ...others] = Object.entries(value);
  if (only && others.length === 0 && isIntrinsic(only[0])) return callIntrinsic(only[0], only[1], scope);
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, inner]) => [key, resolveIntrinsics(inner, scope)] as const)
      .filter(([, inner]) => inner !== NO_VALUE),
  );
}

/** Whether an object of this one key calls a function of CloudFormation's. */
export function isIntrinsic(key: string): boolean {
  return key === 'Ref' || key.startsWith('Fn::');
}

/** The functions that can be resolved. */
export const knownIntrinsics: ReadonlySet<string> = new Set([
  'Ref',
  'Fn::And',
  'Fn::Base64',
  'Fn::Equals',
  'Fn::FindInMap',
  'Fn::GetAZs',
  'Fn::GetAtt',
  'Fn::If',
  'Fn::ImportValue',
  'Fn::Join',
  'Fn::Not',
  'Fn::Or',
  'Fn::Select',
  'Fn::Split',
  'Fn::Sub',
]);

function callIntrinsic(name: string, argument: unknown, scope: Scope): unknown {
  const resolve = (value: unknown) => resolveIntrinsics(value, scope);
  const misused = (expected: string) =>
    new Error(`${name} takes ${expected}, not ${JSON.stringify(argument)}`);
  const text = (value: unknown) => {
    const resolved = resolve(value);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw misused('texts');
  };
  const list = (value: unknown): readonly unknown[] => {
    const resolved = resolve(value);
    if (Array.isArray(resolved)) return resolved;
    throw misused('a list');
  };
  const args = Array.isArray(argument) ? argument : [argument];
  const holds = (condition: unknown) => isConditionTrue(condition, scope);

  switch (name) {
    case 'Ref':
      return scope.reference(text(argument));
    case 'Fn::GetAtt': {
      const [logicalId = '', ...attribute] = Array.isArray(argument) ? argument : String(argument).split('.');
      return scope.attribute(String(logicalId), attribute.map(text).join('.'));
    }
    case 'Fn::Join':
      return list(args[1]).map(text).join(text(args[0]));
    case 'Fn::Sub':
      return substitute(text(args[0]), resolve(args[1] ?? {}) as JsonObject, scope);
    case 'Fn::Select': {
      const chosen = list(args[1])[Number(resolve(args[0]))];
      if (chosen === undefined) throw misused('an index within its list');
      return chosen;
    }
    case 'Fn::Split':
      return text(args[1]).split(text(args[0]));
    case 'Fn::Base64':
      return Buffer.from(text(argument)).toString('base64');
    case 'Fn::GetAZs':
      return ['a', 'b', 'c'].map((zone) => (text(argument) || scope.region) + zone);
    case 'Fn::ImportValue':
      return scope.importValue(text(argument));
    case 'Fn::FindInMap':
      return scope.mapping(text(args[0]), text(args[1]), text(args[2]));
    case 'Fn::If':
      return resolve(scope.isTrue(text(args[0])) ? args[1] : args[2]);
    case 'Fn::Equals':
      return JSON.stringify(resolve(args[0])) === JSON.stringify(resolve(args[1]));
    case 'Fn::And':
      return args.every(holds);
    case 'Fn::Or':
      return args.some(holds);
    case 'Fn::Not':
      return !holds(args[0]);
    default:
      throw new Error(`${name} is not supported here; supported are ${[...knownIntrinsics].join(', ')}`);
  }
}

function isConditionTrue(condition: unknown, scope: Scope): boolean {
  if (typeof condition === 'object' && condition !== null && 'Condition' in condition)
    return scope.isTrue(String(condition.Condition));
  return resolveIntrinsics(condition, scope) === true;
}

function substitute(template: string, own: JsonObject, scope: Scope): string {
  return parseSub(template)
    .map((part) => {
      if ('text' in part) return part.text;
      if (Object.hasOwn(own, part.name)) return String(own[part.name]);
      const [logicalId = '', ...attribute] = part.name.split('.');
      return attribute.length > 0
        ? String(scope.attribute(logicalId, attribute.join('.')))
        : String(scope.reference(logicalId));
    })
    .join('');
}
