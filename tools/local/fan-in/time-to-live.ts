import type { JsonObject, JsonOperation } from '../local-service.ts';
import type { Collection } from '../persistence/persistence.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Table } from './dynalite.ts';

/** UpdateTimeToLive and DescribeTimeToLive. The setting is kept; expired items stay, as AWS itself promises no moment. */
export function createTimeToLiveOperations(
  tableOf: (name: string) => Table | undefined,
  kept?: Collection<string>,
): Record<'UpdateTimeToLive' | 'DescribeTimeToLive', JsonOperation> {
  const attributes = new Map<string, string>(kept?.entries());
  return {
    UpdateTimeToLive(input) {
      const table = nameOf(input, tableOf);
      const { Enabled, AttributeName } = (input.TimeToLiveSpecification ?? {}) as JsonObject;
      if (typeof Enabled !== 'boolean' || typeof AttributeName !== 'string' || AttributeName === '') {
        throw new AwsError('ValidationException', 'TimeToLiveSpecification must be {Enabled, AttributeName}');
      }
      if (Enabled === attributes.has(table)) {
        throw new AwsError(
          'ValidationException',
          `TimeToLive is already ${Enabled ? 'enabled' : 'disabled'}`,
        );
      }
      if (Enabled) {
        attributes.set(table, AttributeName);
        kept?.put(table, () => AttributeName);
      } else {
        attributes.delete(table);
        kept?.delete(table);
      }
      return { TimeToLiveSpecification: { Enabled, AttributeName } };
    },
    DescribeTimeToLive(input) {
      const AttributeName = attributes.get(nameOf(input, tableOf));
      const TimeToLiveStatus = AttributeName === undefined ? 'DISABLED' : 'ENABLED';
      return { TimeToLiveDescription: { TimeToLiveStatus, AttributeName } };
    },
  };
}

function nameOf(input: JsonObject, tableOf: (name: string) => Table | undefined): string {
  const name = String(input.TableName);
  if (!tableOf(name)) {
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }
  return name;
}
