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
      else replacePolicy(bus, parsePolicy(policy));
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

/** Leaves the bus with exactly the statements of this policy document. */
export function replacePolicy(bus: Bus, policy: unknown): void {
  const statements: readonly unknown[] = isObject(policy) ? [policy.Statement].flat() : [];
  if (statements.length === 0 || !statements.every(isObject)) {
    throw invalid(
      'Parameter Policy is not valid. Reason: It must be a JSON policy with at least one statement.',
    );
  }
  bus.policy.clear();
  for (const [index, statement] of statements.entries()) {
    putStatement(bus, { Sid: `statement-${index + 1}`, ...statement });
  }
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

function parsePolicy(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
