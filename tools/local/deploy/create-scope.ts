import type { DeployedResource, Engine } from '../local-service.ts';
import { NO_VALUE, resolveIntrinsics, type Scope } from './resolve-intrinsics.ts';
import type { StackSource } from './stack-source.ts';

/** What the intrinsic functions of a stack see: its parameters, conditions and mappings, and what has been deployed so far. */
export function createScope(options: {
  readonly source: StackSource;
  readonly stackId: string;
  readonly engine: Pick<Engine, 'accountId' | 'region'>;
  /** By logical id; grows while the stack is deployed. */
  readonly resources: ReadonlyMap<string, DeployedResource>;
  /** By export name. */
  readonly exports: ReadonlyMap<string, string>;
}): Scope {
  const { engine, exports, resources, source, stackId } = options;
  const { Conditions = {}, Mappings = {}, Parameters = {} } = source.template;
  const conditions = new Map<string, boolean>();
  const pseudo: Readonly<Record<string, unknown>> = {
    'AWS::AccountId': engine.accountId,
    'AWS::NoValue': NO_VALUE,
    'AWS::NotificationARNs': [],
    'AWS::Partition': 'aws',
    'AWS::Region': engine.region,
    'AWS::StackId': stackId,
    'AWS::StackName': source.name,
    'AWS::URLSuffix': 'amazonaws.com',
  };

  const scope: Scope = {
    region: engine.region,
    reference(name) {
      if (Object.hasOwn(pseudo, name)) return pseudo[name];
      const parameter = Parameters[name];
      if (parameter) return parameterValue(source.parameters[name] ?? parameter.Default, parameter.Type);
      return resourceOf(name).physicalId;
    },
    attribute(logicalId, attribute) {
      const { attributes } = resourceOf(logicalId);
      if (Object.hasOwn(attributes, attribute)) return attributes[attribute];
      throw new Error(
        `${logicalId} has no attribute ${attribute} here; it has ${Object.keys(attributes).join(', ') || 'none'}`,
      );
    },
    isTrue(name) {
      if (!Object.hasOwn(Conditions, name)) throw new Error(`the template has no condition ${name}`);
      const isTrue = conditions.get(name) ?? resolveIntrinsics(Conditions[name], scope) === true;
      conditions.set(name, isTrue);
      return isTrue;
    },
    mapping(map, topKey, secondKey) {
      const value = Mappings[map]?.[topKey]?.[secondKey];
      if (value !== undefined) return value;
      throw new Error(`the template's mapping ${map} has no ${topKey}.${secondKey}`);
    },
    importValue(name) {
      const value = exports.get(name);
      if (value !== undefined) return value;
      throw new Error(
        `nothing exports ${name}; there are ${[...exports.keys()].join(', ') || 'no exports'}: deploy the stack that exports it first`,
      );
    },
  };
  return scope;

  function resourceOf(logicalId: string): DeployedResource {
    const resource = resources.get(logicalId);
    if (resource) return resource;
    throw new Error(`the template has no parameter and no deployed resource ${logicalId}`);
  }
}

function parameterValue(value: unknown, type: string): unknown {
  const isList = type.startsWith('List<') || type === 'CommaDelimitedList';
  return isList
    ? String(value)
        .split(',')
        .map((element) => element.trim())
    : value;
}
