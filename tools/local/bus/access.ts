import type { AccessesOf, Engine, JsonObject } from '../local-service.ts';
import type { Access } from '../wire/evaluate-policies.ts';

/**
 * What EventBridge's operations ask for. An entry of PutEvents asks for its bus, its source and its detail type.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
export function eventAccesses({ region, accountId }: Pick<Engine, 'region' | 'accountId'>): AccessesOf {
  const arnOf = (kind: string, nameOrArn: unknown) => {
    const name = String(nameOrArn);
    return name.startsWith('arn:') ? name : `arn:aws:events:${region}:${accountId}:${kind}/${name}`;
  };

  return (operation, input) => {
    const action = `events:${operation}`;
    if (operation === 'PutEvents') {
      return entriesOf(input).map(({ DetailType, EventBusName = 'default', Source }) =>
        putAccess(arnOf('event-bus', EventBusName), {
          source: String(Source),
          detailType: String(DetailType),
        }),
      );
    }
    const resource = resourceOf(operation, input);
    return resource === undefined ? undefined : [{ action, resource }];
  };

  function resourceOf(operation: string, input: JsonObject): string | undefined {
    if (input.ResourceARN !== undefined) return String(input.ResourceARN);
    if (/^(Create|Describe|Update|Delete)EventBus$/.test(operation))
      return arnOf('event-bus', input.Name ?? 'default');
    if (/Archive$/.test(operation)) return arnOf('archive', input.ArchiveName);
    if (/Replay$/.test(operation)) return arnOf('replay', input.ReplayName);
    if (/Rule$|Targets$/.test(operation)) {
      const bus = String(input.EventBusName ?? 'default').replace(/^arn:[^/]*\//, '');
      const name = input.Rule ?? input.Name;
      return arnOf('rule', bus === 'default' ? name : `${bus}/${name}`);
    }
    return undefined;
  }
}

/** What putting an event on a bus asks for. */
export function putAccess(
  busArn: string,
  { source, detailType }: { readonly source: string; readonly detailType: string },
): Access {
  return {
    action: 'events:PutEvents',
    resource: busArn,
    context: { 'events:source': source, 'events:detail-type': detailType },
  };
}

function entriesOf({ Entries }: JsonObject): readonly JsonObject[] {
  return Array.isArray(Entries) ? Entries.filter((entry) => typeof entry === 'object' && entry !== null) : [];
}
