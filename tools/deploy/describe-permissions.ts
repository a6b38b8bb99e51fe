import type { TemplateDiff } from '@aws-cdk/cloudformation-diff';
import { nameResource } from './name-resource.ts';
import type { Resource, Template } from './template.ts';

/** One statement of a role, a queue's or bucket's policy, or a function's permission. */
export interface Permission {
  readonly effect: string;
  /** `the role of function fanbus-dev-make-thumbnails`, `events.amazonaws.com` */
  readonly who: string;
  /** Actions of IAM. */
  readonly may: readonly string[];
  readonly on: readonly string[];
  /** @default always */
  readonly when?: string;
}

export interface Permissions {
  /** What somebody may do afterwards, and not before: what is allowed newly, and what is denied no longer. */
  readonly added: readonly Permission[];
  /** What somebody may do before, and not afterwards: what is allowed no longer, and what is denied newly. */
  readonly removed: readonly Permission[];
}

/** Who may do what after a change of one template into the other, statement by statement. */
export function describePermissions(
  { iamChanges: { managedPolicies, statements } }: TemplateDiff,
  templates: readonly Template[],
): Permissions {
  const name = createNamer(Object.assign({}, ...templates.map(({ Resources }) => Resources)));
  type Statement = (typeof statements.additions)[number];
  const principal = (one: string) => (one === 'AWS:*' ? 'anybody' : name(one.replace(/^(AWS|Service):/, '')));
  const said = ({ actions, condition, effect, principals, resources }: Statement): Permission => {
    const when = describeCondition(condition, name);
    return {
      effect,
      who: `${principals.not ? 'anybody but ' : ''}${principals.values.map(principal).join(', ')}`,
      may: actions.values.map((action) => (actions.not ? `anything but ${action}` : action)),
      on: resources.values.map((one) =>
        resources.not ? `anything but ${name(one)}` : one === '*' ? 'everything' : name(one),
      ),
      ...(when !== '' && { when }),
    };
  };
  const attached = ({
    identityArn,
    managedPolicyArn,
  }: (typeof managedPolicies.additions)[number]): Permission => ({
    effect: 'Allow',
    who: name(identityArn),
    may: [`what ${name(managedPolicyArn)} allows`],
    on: ['what it names'],
  });
  const widens = ({ effect }: Statement) => `${effect}` !== 'Deny';
  const { additions, removals } = statements;
  return {
    added: [
      ...[...additions.filter(widens), ...removals.filter((one) => !widens(one))].map(said),
      ...managedPolicies.additions.map(attached),
    ],
    removed: [
      ...[...removals.filter(widens), ...additions.filter((one) => !widens(one))].map(said),
      ...managedPolicies.removals.map(attached),
    ],
  };
}

/** `the role of function a may sqs:SendMessage on queue b, if aws:SourceArn ArnEquals c` */
export function renderPermission({ effect, may, on, when, who }: Permission): string {
  const condition = when === undefined ? '' : `, if ${when}`;
  return `${who} ${effect === 'Deny' ? 'may not' : 'may'} ${may.join(', ')} on ${on.join(', ')}${condition}`;
}

/** Logical ids as people name them, and ARNs of this account by what tells them apart. */
function createNamer(resources: Readonly<Record<string, Resource>>): (text: string) => string {
  const nameOf = (logicalId: string): string | undefined => {
    const resource = resources[logicalId];
    if (resource === undefined) return undefined;
    if (resource.Type !== 'AWS::IAM::Role') return nameResource(logicalId, resource);
    const user = Object.entries(resources).find(
      ([, one]) => hasRole.has(one.Type) && JSON.stringify(one.Properties).includes(`"${logicalId}"`),
    );
    return user ? `the role of ${nameResource(...user)}` : nameResource(logicalId, resource);
  };
  return (text) => {
    return text
      .replace(HERE, '$1:')
      .replace(/\$\{(\w+)(?:\.Arn)?\}/g, (whole, logicalId) => nameOf(logicalId) ?? whole);
  };
}

const hasRole: ReadonlySet<string> = new Set(['AWS::Lambda::Function', 'AWS::Events::Rule']);
const HERE = /^arn:\$\{AWS::Partition\}:([\w-]+):(?:\$\{AWS::Region\})?:(?:\$\{AWS::AccountId\})?:/;

function describeCondition(condition: unknown, name: (text: string) => string): string {
  const operators = Object.entries(
    (condition ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  );
  return operators
    .flatMap(([operator, keys]) =>
      Object.entries(keys).map(
        ([key, values]) =>
          `${key} ${operator} ${[values]
            .flat()
            .map((value) => name(String(value)))
            .join(', ')}`,
      ),
    )
    .join(' and ');
}
