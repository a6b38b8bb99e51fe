import { BOOTSTRAP_VERSION, isBootstrapVersion } from '../wire/parameters.ts';
import type { XmlContent } from '../wire/xml.ts';
import type { ChangeSet, PropertyChange, ResourceChange, Stack, StackEvent } from './stack.ts';
import type { StackSource } from './stack-source.ts';

/** A list as the query protocol writes it. */
export function members(list: readonly XmlContent[]): XmlContent {
  return { member: list };
}

/** A stack in the shape of CloudFormation's `Stack`. */
export function describeStack(stack: Stack): XmlContent {
  const { id, isProtected, name, outputs, source } = stack;
  return {
    StackId: id,
    StackName: name,
    Description: source?.template.Description,
    Parameters: members(source ? describeParameters(source) : []),
    ...describeTimes(stack),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DisableRollback: false,
    EnableTerminationProtection: isProtected,
    NotificationARNs: members([]),
    Outputs: members(
      outputs.map(({ description, exportName, key, value }) => ({
        OutputKey: key,
        OutputValue: value,
        Description: description,
        ExportName: exportName,
      })),
    ),
    Tags: members(describeTags(source)),
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

/** A stack in the shape of `StackSummary`. */
export function summariseStack(stack: Stack): XmlContent {
  return {
    StackId: stack.id,
    StackName: stack.name,
    TemplateDescription: stack.source?.template.Description,
    ...describeTimes(stack),
    StackStatus: stack.status,
    StackStatusReason: stack.statusReason,
    DriftInformation: { StackDriftStatus: 'NOT_CHECKED' },
  };
}

export function describeEvent(stack: Stack, event: StackEvent): XmlContent {
  return {
    StackId: stack.id,
    StackName: stack.name,
    EventId: event.id,
    OperationId: event.operation,
    LogicalResourceId: event.logicalId,
    PhysicalResourceId: event.physicalId,
    ResourceType: event.type,
    Timestamp: time(event.at),
    ResourceStatus: event.status,
    ResourceStatusReason: event.reason,
    ClientRequestToken: event.token,
  };
}

/** The stack's resources, each with what happened to it last. */
export function describeResources(
  stack: Stack,
): readonly (XmlContent & { readonly LogicalResourceId: string })[] {
  // Not of what another took the place of.
  const isOfThis = ({ logicalId, physicalId, status }: StackEvent) =>
    !status.startsWith('DELETE') || physicalId === stack.deployed.get(logicalId)?.physicalId;
  const latest = new Map(stack.events.filter(isOfThis).map((event) => [event.logicalId, event]));
  return [...stack.declared].map(([logicalId, { type }]) => {
    const event = latest.get(logicalId);
    const at = time(event?.at ?? stack.createdAt);
    return {
      StackId: stack.id,
      StackName: stack.name,
      LogicalResourceId: logicalId,
      PhysicalResourceId: stack.deployed.get(logicalId)?.physicalId,
      ResourceType: type,
      // One call has the one name, the others the other.
      Timestamp: at,
      LastUpdatedTimestamp: at,
      ResourceStatus: event?.status ?? 'CREATE_COMPLETE',
      ResourceStatusReason: event?.reason,
    };
  });
}

export function describeChangeSet(stack: Stack, changeSet: ChangeSet): XmlContent {
  const { changes, source } = changeSet;
  return {
    ...summariseChangeSet(stack, changeSet),
    Parameters: members(describeParameters(source)),
    NotificationARNs: members([]),
    Capabilities: members([]),
    Tags: members(describeTags(source)),
    Changes: members(changes.map((change) => ({ Type: 'Resource', ResourceChange: describeChange(change) }))),
    IncludeNestedStacks: false,
  };
}

export function summariseChangeSet(
  stack: Stack,
  changeSet: ChangeSet,
): { readonly [name: string]: XmlContent } {
  const { createdAt, description, id, name, refusal } = changeSet;
  return {
    ChangeSetName: name,
    ChangeSetId: id,
    StackId: stack.id,
    StackName: stack.name,
    Description: description,
    CreationTime: time(createdAt),
    ExecutionStatus: refusal === undefined ? 'AVAILABLE' : 'UNAVAILABLE',
    Status: refusal === undefined ? 'CREATE_COMPLETE' : 'FAILED',
    StatusReason: refusal,
  };
}

/** Every parameter of the template with its value. */
function describeParameters({ parameters, template }: StackSource): readonly XmlContent[] {
  return Object.entries(template.Parameters ?? {}).map(([name, { Default, NoEcho }]) => {
    const value = parameters[name] ?? Default;
    return {
      ParameterKey: name,
      ParameterValue: String(NoEcho) === 'true' ? '****' : value,
      ...(isBootstrapVersion(String(value)) && { ResolvedValue: BOOTSTRAP_VERSION }),
    };
  });
}

function describeChange(change: ResourceChange): XmlContent {
  const { action, details, logicalId, physicalId, policyAction, replacement, type } = change;
  return {
    Action: action,
    LogicalResourceId: logicalId,
    PhysicalResourceId: physicalId,
    ResourceType: type,
    PolicyAction: policyAction,
    Replacement: replacement,
    Scope: members([...new Set(details.map(({ attribute }) => attribute))]),
    Details: members(details.map(describeDetail)),
  };
}

function describeDetail({ attribute, causedBy, name, requiresRecreation }: PropertyChange): XmlContent {
  return {
    Target: { Attribute: attribute, Name: name, RequiresRecreation: requiresRecreation },
    Evaluation: causedBy === undefined ? 'Static' : 'Dynamic',
    ChangeSource: causedBy === undefined ? 'DirectModification' : 'ResourceReference',
    CausingEntity: causedBy,
  };
}

function describeTags(source: StackSource | undefined): readonly XmlContent[] {
  return Object.entries(source?.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
}

function describeTimes({ createdAt, deletedAt, updatedAt }: Stack): { readonly [name: string]: XmlContent } {
  return {
    CreationTime: time(createdAt),
    LastUpdatedTime: updatedAt === undefined ? undefined : time(updatedAt),
    DeletionTime: deletedAt === undefined ? undefined : time(deletedAt),
  };
}

function time(at: number): string {
  return new Date(at).toISOString();
}
