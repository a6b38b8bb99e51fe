import type { JsonObject } from '../local-service.ts';
import { AwsError } from '../wire/aws-error.ts';
import { readProperties } from '../wire/read-properties.ts';

/** The functions' own policies: whom each lets in. */
export interface Permissions {
  /** Adds a statement from the members of AddPermission, and answers it. Throws ResourceConflictException. */
  add(functionArn: string, statementId: string, input: JsonObject): JsonObject;
  /** Takes a statement away. Throws ResourceNotFoundException. */
  remove(functionArn: string, statementId: string): void;
  /** The same for a statement that a template named, on whichever function it is. */
  removeEverywhere(statementId: string): void;
  /** A function's policy as JSON; nothing when it has none. */
  policyOf(functionArn: string): string | undefined;
  drop(functionArn: string): void;
}

export function createPermissions(): Permissions {
  const byFunction = new Map<string, { statements: Map<string, JsonObject>; policy: string }>();

  return {
    add(functionArn, statementId, input) {
      const statements = new Map(byFunction.get(functionArn)?.statements);
      if (statements.has(statementId)) {
        throw new AwsError(
          'ResourceConflictException',
          `The statement id (${statementId}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
          { status: 409 },
        );
      }
      const statement = statementOf(functionArn, statementId, input);
      keep(functionArn, statements.set(statementId, statement));
      return statement;
    },
    remove(functionArn, statementId) {
      const statements = new Map(byFunction.get(functionArn)?.statements);
      if (!statements.delete(statementId)) {
        throw new AwsError(
          'ResourceNotFoundException',
          `Statement ${statementId} is not found in resource policy.`,
          {
            status: 404,
          },
        );
      }
      keep(functionArn, statements);
    },
    removeEverywhere(statementId) {
      for (const [functionArn, { statements }] of byFunction) {
        const left = new Map(statements);
        if (left.delete(statementId)) keep(functionArn, left);
      }
    },
    policyOf: (functionArn) => byFunction.get(functionArn)?.policy,
    drop(functionArn) {
      byFunction.delete(functionArn);
    },
  };

  function keep(functionArn: string, statements: Map<string, JsonObject>): void {
    if (statements.size === 0) byFunction.delete(functionArn);
    else {
      const policy = { Version: '2012-10-17', Id: 'default', Statement: [...statements.values()] };
      byFunction.set(functionArn, { statements, policy: JSON.stringify(policy) });
    }
  }
}

function statementOf(functionArn: string, statementId: string, input: JsonObject): JsonObject {
  const read = readProperties(input);
  const principal = read.text('Principal') ?? '';
  const sourceArn = read.text('SourceArn');
  const sourceAccount = read.text('SourceAccount');
  const Condition = {
    ...(sourceArn !== undefined && { ArnLike: { 'AWS:SourceArn': sourceArn } }),
    ...(sourceAccount !== undefined && { StringEquals: { 'AWS:SourceAccount': sourceAccount } }),
  };
  return {
    Sid: statementId,
    Effect: 'Allow',
    Principal: principalOf(principal),
    Action: read.text('Action') ?? 'lambda:InvokeFunction',
    Resource: functionArn,
    ...(Object.keys(Condition).length > 0 && { Condition }),
  };
}

function principalOf(principal: string): unknown {
  if (principal === '*') return '*';
  if (principal.includes('.amazonaws.com')) return { Service: principal };
  return { AWS: /^\d{12}$/.test(principal) ? `arn:aws:iam::${principal}:root` : principal };
}
