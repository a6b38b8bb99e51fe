import type { JsonObject } from '../local-service.ts';
import { readProperties } from '../wire/read-properties.ts';
import { type FilterCriteria, readFilterCriteria } from './filter-criteria.ts';
import { invalidParameter } from './invalid-parameter.ts';

/** What a mapping was told. */
export interface MappingSettings {
  readonly eventSourceArn: string;
  readonly functionName: string;
  readonly isEnabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly maximumConcurrency?: number;
  readonly reportsItemFailures: boolean;
  readonly filterCriteria?: FilterCriteria;
}

/** Reads the members of CreateEventSourceMapping, or of an update of `before`. Throws `InvalidParameterValueException`. */
export function readMappingSettings(input: JsonObject, before: MappingSettings = DEFAULTS): MappingSettings {
  const unsupported = UNSUPPORTED.find((name) => input[name] !== undefined);
  if (unsupported === 'DestinationConfig')
    throw invalidParameter('Unsupported DestinationConfig parameter for given event source mapping type.');
  if (unsupported)
    throw invalidParameter(`${unsupported} is not supported here: leave it out of the mapping`);
  const read = readProperties(input);
  const maximumConcurrency = readProperties(read.object('ScalingConfig')).number('MaximumConcurrency');
  const settings: MappingSettings = {
    eventSourceArn: read.text('EventSourceArn') ?? before.eventSourceArn,
    functionName: read.text('FunctionName') ?? before.functionName,
    isEnabled: read.boolean('Enabled') ?? before.isEnabled,
    batchSize: within('BatchSize', read.number('BatchSize') ?? before.batchSize, [1, 10_000]),
    windowSeconds: within(
      'MaximumBatchingWindowInSeconds',
      read.number('MaximumBatchingWindowInSeconds') ?? before.windowSeconds,
      [0, 300],
    ),
    maximumConcurrency:
      input.ScalingConfig === undefined
        ? before.maximumConcurrency
        : maximumConcurrency && within('MaximumConcurrency', maximumConcurrency, [2, 1_000]),
    reportsItemFailures:
      input.FunctionResponseTypes === undefined
        ? before.reportsItemFailures
        : read.list('FunctionResponseTypes').includes(REPORT),
    filterCriteria:
      input.FilterCriteria === undefined
        ? before.filterCriteria
        : readFilterCriteria(read.object('FilterCriteria')),
  };
  const isFifo = settings.eventSourceArn.endsWith('.fifo');
  if (isFifo && settings.windowSeconds > 0)
    throw invalidParameter('Batching window is not supported for FIFO queues.');
  if (settings.batchSize > 10 && isFifo)
    throw invalidParameter('Batch size must be at most 10 for FIFO queues.');
  if (settings.batchSize > 10 && settings.windowSeconds === 0)
    throw invalidParameter(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
  return settings;
}

/** The settings as Lambda's answers show them. */
export function describeMappingSettings(settings: MappingSettings): JsonObject {
  return {
    BatchSize: settings.batchSize,
    EventSourceArn: settings.eventSourceArn,
    ...(settings.filterCriteria && { FilterCriteria: settings.filterCriteria.declared }),
    FunctionResponseTypes: settings.reportsItemFailures ? [REPORT] : [],
    MaximumBatchingWindowInSeconds: settings.windowSeconds,
    ...(settings.maximumConcurrency !== undefined && {
      ScalingConfig: { MaximumConcurrency: settings.maximumConcurrency },
    }),
  };
}

/** What a template may not ask of a mapping, each said for people. */
export function mappingRefusals(properties: JsonObject): readonly string[] {
  const scaling = Object.keys((properties.ScalingConfig as JsonObject | undefined) ?? {});
  return scaling.filter((key) => key !== 'MaximumConcurrency').map((key) => `ScalingConfig.${key}`);
}

const REPORT = 'ReportBatchItemFailures';
const DEFAULTS: MappingSettings = {
  eventSourceArn: '',
  functionName: '',
  isEnabled: true,
  batchSize: 10,
  windowSeconds: 0,
  reportsItemFailures: false,
};
const UNSUPPORTED = ['DestinationConfig', 'ProvisionedPollerConfig'];

function within(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  throw invalidParameter(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
}
