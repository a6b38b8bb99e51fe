import type { JsonObject, JsonOperation } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Bus } from './bus.ts';
import type { EventsContext } from './events-context.ts';
import { invalid, isObject, optionalObject, optionalText, requireText } from './request.ts';

/** PutPermission and RemovePermission. A bus keeps its policy; there is one account here, so it admits everyone who may ask. */
export function permissionOperations(context: EventsContext): Record<string, JsonOperation> {
  return {
    PutPermission(input) {
      const bus = context.requireBus(optionalText(input, 'EventBusName'));
      const policy = optionalText(input, 'Policy');
      if (policy === undefined) putStatement(bus, statementOf(bus, input));
      else replacePolicy(bus, policy);
      return {};
    },
    RemovePermission(input) {
      const bus = context.requireBus(optionalText(input, 'EventBusName'));
      if (input.RemoveAllPermissions === true) bus.policy.clear();
      else if (!bus.policy.delete(requireText(input, 'StatementId'))) {
        throw new AwsError('ResourceNotFoundException', 'Statement with the provided id does not exist.');
      }
      return {};
    },
  };
}

/** Adds a statement, or replaces the one with its `Sid`. */
export function putStatement(bus: Bus, statement: JsonObject): void {
  bus.policy.set(requireText(statement, 'Sid'), statement);
}

function statementOf(bus: Bus, input: JsonObject): JsonObject {
  const principal = requireText(input, 'Principal');
  const condition = optionalObject(input, 'Condition');
  return {
    Sid: requireText(input, 'StatementId'),
    Effect: 'Allow',
    Principal: principal === '*' ? '*' : { AWS: `arn:aws:iam::${principal}:root` },
    Action: optionalText(input, 'Action') ?? 'events:PutEvents',
    Resource: bus.arn,
    ...(condition === undefined
      ? {}
      : {
          Condition: {
            [requireText(condition, 'Type')]: { [requireText(condition, 'Key')]: condition.Value },
          },
        }),
  };
}

function replacePolicy(bus: Bus, text: string): void {
  const statements = readStatements(text);
  if (statements === undefined)
    throw invalid('Parameter Policy is not valid. Reason: It must be a JSON policy.');
  bus.policy.clear();
  for (const [index, statement] of statements.entries()) {
    putStatement(bus, { Sid: `statement-${index + 1}`, ...statement });
  }
}

function readStatements(text: string): readonly JsonObject[] | undefined {
  try {
    const policy: unknown = JSON.parse(text);
    const statements = isObject(policy) ? [policy.Statement].flat() : [];
    return statements.length > 0 && statements.every(isObject) ? statements : undefined;
  } catch {
    return undefined;
  }
}
