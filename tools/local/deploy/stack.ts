import type { DeployedResource } from '../local-service.ts';
import type { StackSource } from './stack-source.ts';

/** A stack as CloudFormation knows it. */
export interface Stack extends StackState {
  readonly name: string;
  /** Its ARN, which no stack of the same name has again. */
  readonly id: string;
  readonly createdAt: number;
  updatedAt?: number;
  deletedAt?: number;
  status: StackStatus;
  statusReason?: string;
  isProtected: boolean;
  /** What the last deployment that succeeded was made of; nothing before the first, or when it failed. */
  source?: StackSource;
  outputs: readonly StackOutput[];
  /** Oldest first. */
  readonly events: StackEvent[];
  /** By name. */
  readonly changeSets: Map<string, ChangeSet>;
}

/** What one stack has put into the engine so far. */
export interface StackState {
  /** By logical id, in the order in which they were made. */
  readonly deployed: Map<string, DeployedResource>;
  /** What each of them was made from. */
  readonly declared: Map<string, Declaration>;
  /** By export name. */
  readonly exports: Map<string, string>;
}

export interface Declaration {
  readonly type: string;
  /** As JSON, intrinsic functions resolved. */
  readonly properties: string;
  readonly deletionPolicy?: string;
}

export interface StackOutput {
  readonly key: string;
  readonly value: string;
  readonly description?: string;
  readonly exportName?: string;
}

/** Something that happened to a resource of the stack, or to the stack itself. */
export interface StackEvent {
  readonly id: string;
  readonly at: number;
  /** Of the deployment or the rollback that it belongs to. */
  readonly operation: string;
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  /** What the client called the operation. */
  readonly token?: string;
}

export interface ChangeSet {
  readonly name: string;
  readonly id: string;
  readonly description?: string;
  readonly createdAt: number;
  readonly source: StackSource;
  readonly changes: readonly ResourceChange[];
  /** Why it cannot be executed. @default it can */
  readonly refusal?: string;
}

export interface ResourceChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalId: string;
  readonly type: string;
  readonly physicalId?: string;
  /** What becomes of what is there: `Retain` when the template keeps it. */
  readonly policyAction?: 'Delete' | 'Retain' | 'ReplaceAndDelete' | 'ReplaceAndRetain';
  /** Of a modification. */
  readonly replacement?: 'True' | 'False' | 'Conditional';
  readonly details: readonly PropertyChange[];
}

export interface PropertyChange {
  /** `Properties`, `Metadata`, `DeletionPolicy`. */
  readonly attribute: string;
  /** Of the property. */
  readonly name?: string;
  readonly requiresRecreation: 'Never' | 'Conditionally' | 'Always';
  /** The logical id or parameter by which it changes. @default its own text */
  readonly causedBy?: string;
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html */
export type StackStatus =
  | 'REVIEW_IN_PROGRESS'
  | `${'CREATE' | 'UPDATE' | 'DELETE' | 'ROLLBACK' | 'UPDATE_ROLLBACK'}_${'IN_PROGRESS' | 'COMPLETE' | 'FAILED'}`;
