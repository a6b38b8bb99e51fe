import type { DeclaredResource, JsonObject, ResourceProvider } from '../local-service.ts';
import { readProperties } from '../wire/read-properties.ts';
import type { EventSourceMappings } from './event-source-mappings.ts';
import { functionRefusals } from './function-configuration.ts';
import type { LocalFunction } from './local-function.ts';
import { mappingRefusals } from './mapping-settings.ts';
import type { Permissions } from './permissions.ts';

/** What a template may declare of Lambda. */
export function functionResources(options: {
  readonly mappings: EventSourceMappings;
  readonly permissions: Permissions;
  /** The ARN of a function by its name, ARN or partial ARN. */
  readonly arnOf: (functionArnOrName: string) => string;
  /** Makes the function, or puts it in place of the one of that name. */
  readonly put: (name: string, resource: DeclaredResource) => Promise<LocalFunction>;
  readonly drop: (name: string) => Promise<void>;
  readonly has: (name: string) => boolean;
}): Readonly<Record<string, ResourceProvider>> {
  const { arnOf, drop, has, mappings, permissions, put } = options;
  return {
    'AWS::Lambda::Function': {
      honoured: [
        'Code',
        'Description',
        'Environment',
        'FunctionName',
        'Handler',
        'LoggingConfig',
        'MemorySize',
        'PackageType',
        'ReservedConcurrentExecutions',
        'Role',
        'Runtime',
        'Timeout',
      ],
      withoutEffect: {
        Architectures: 'the function runs on the processor of this machine',
        EphemeralStorage: 'temporary files are bounded by the disk of this machine',
        RecursiveLoop: 'loops are not looked for here',
        RuntimeManagementConfig: 'the function runs on the Node of this machine',
        Tags: 'nothing here reads tags',
        TracingConfig: 'there is no X-Ray here',
      },
      refusals: functionRefusals,
      naming: { property: 'FunctionName', isTaken: has },
      async deploy(resource) {
        const name = readProperties(resource.properties).text('FunctionName') ?? resource.generatedName;
        const { arn } = await put(name, resource);
        if (resource.physicalId !== undefined && resource.physicalId !== name)
          await drop(resource.physicalId);
        return { physicalId: name, attributes: { Arn: arn } };
      },
      remove: drop,
    },
    'AWS::Lambda::EventSourceMapping': {
      honoured: [
        'BatchSize',
        'Enabled',
        'EventSourceArn',
        'FilterCriteria',
        'FunctionName',
        'FunctionResponseTypes',
        'MaximumBatchingWindowInSeconds',
        'ScalingConfig',
      ],
      withoutEffect: { Tags: 'nothing here reads tags' },
      refusals: mappingRefusals,
      async deploy({ physicalId, properties }) {
        const described = deployMapping(mappings, properties, physicalId);
        const uuid = String(described.UUID);
        return {
          physicalId: uuid,
          attributes: { Id: uuid, EventSourceMappingArn: String(described.EventSourceMappingArn) },
        };
      },
      async remove(uuid) {
        mappings.delete(uuid);
      },
    },
    'AWS::Lambda::Permission': {
      honoured: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
      withoutEffect: {
        EventSourceToken: 'there is no Alexa here',
        PrincipalOrgID: 'there is no organisation here',
      },
      async deploy({ generatedName, properties }) {
        permissions.removeEverywhere(generatedName);
        permissions.add(arnOf(String(properties.FunctionName)), generatedName, properties);
        return { physicalId: generatedName, attributes: { Id: generatedName } };
      },
      async remove(statementId) {
        permissions.removeEverywhere(statementId);
      },
    },
  };
}

/** Updates the mapping in place, or replaces it when it is to read another queue, which Lambda cannot update. */
function deployMapping(
  mappings: EventSourceMappings,
  properties: JsonObject,
  uuid: string | undefined,
): JsonObject {
  if (uuid === undefined) return mappings.create(properties);
  if (mappings.get(uuid).EventSourceArn !== properties.EventSourceArn) {
    mappings.delete(uuid);
    return mappings.create(properties);
  }
  // A property that left the template goes back to its default.
  return mappings.update(uuid, { ...MAPPING_DEFAULTS, ...properties });
}

const MAPPING_DEFAULTS: JsonObject = {
  BatchSize: 10,
  Enabled: true,
  FilterCriteria: {},
  FunctionResponseTypes: [],
  MaximumBatchingWindowInSeconds: 0,
  ScalingConfig: {},
};
