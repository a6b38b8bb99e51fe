import {
  type EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
  type Target as RuleTarget,
} from '@aws-sdk/client-eventbridge';
import { UserError } from '../user-error.ts';

/** A rule of a bus, and what it feeds. */
export interface RuleThere {
  readonly rule: Rule;
  readonly targets: readonly RuleTarget[];
}

/** The rules of a bus whose names begin so, but for AWS's own, such as an archive's. Throws `UserError` when there is no such bus. */
export async function readRules(
  { bus: EventBusName, prefix: NamePrefix }: { readonly bus: string; readonly prefix?: string },
  events: EventBridgeClient,
): Promise<readonly RuleThere[]> {
  const rules: Rule[] = [];
  let NextToken: string | undefined;
  try {
    do {
      const page = await events.send(new ListRulesCommand({ EventBusName, NamePrefix, NextToken }));
      rules.push(...(page.Rules ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
  } catch (cause) {
    if (!(cause instanceof Error && cause.name === 'ResourceNotFoundException')) throw cause;
    throw new UserError(`there is no event bus ${EventBusName}: is this the stage, and is it deployed?`, {
      cause,
    });
  }
  return Promise.all(
    rules
      .filter(({ ManagedBy }) => ManagedBy === undefined)
      .map(async (rule) => {
        // A rule has five targets at most: one page.
        const { Targets = [] } = await events.send(
          new ListTargetsByRuleCommand({ EventBusName, Rule: rule.Name }),
        );
        return { rule, targets: Targets };
      }),
  );
}
