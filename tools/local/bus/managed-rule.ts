import type { Rule, Target } from '../rule/rule.ts';
import { AwsError } from '../wire/aws-error.ts';
import type { Archive } from './archive.ts';
import type { Bus } from './bus.ts';

/** A rule as AWS lists it: one of ours, or that of an archive, which only shows how the archive is fed. */
export type ListedRule = (Rule & { readonly managedBy?: undefined }) | ManagedRule;

type ManagedRule = Pick<Rule, 'name' | 'arn' | 'bus' | 'tags' | 'state' | 'description' | 'roleArn'> & {
  readonly pattern: { readonly text: string };
  readonly targets: ReadonlyMap<string, Pick<Target, 'arn' | 'declared'>>;
  /** The service that made it. */
  readonly managedBy: string;
};

/** The rules of a bus: its own, and one for each archive. */
export function listedRules(bus: Bus): readonly ListedRule[] {
  return [...bus.rules.values(), ...[...bus.archives].map(managedRule)];
}

/** A rule of the bus by its name; nothing when there is none. */
export function findRule(bus: Bus, name: string): ListedRule | undefined {
  return bus.rules.get(name) ?? listedRules(bus).find((rule) => rule.name === name);
}

/** The rule, if users may change it. Throws `ManagedRuleException` for that of an archive. */
export function requireOwnRule(rule: ListedRule): Rule {
  if (rule.managedBy === undefined) return rule;
  throw new AwsError(
    'ManagedRuleException',
    `Rule ${rule.name} is managed by ${rule.managedBy}: it comes and goes with its archive, and only UpdateArchive changes it.`,
  );
}

function managedRule({ arn: archiveArn, bus, name: archiveName, pattern }: Archive): ManagedRule {
  const name = `Events-Archive-${archiveName}`;
  const [, , , region, account] = archiveArn.split(':');
  const arn = `arn:aws:events:${region}:::`;
  const InputTemplate = `{"archive-arn":"${archiveArn}","event":<aws.events.event.json>,"ingestion-time":<aws.events.event.ingestion-time>}`;
  const declared = { Id: name, Arn: arn, InputTransformer: { InputPathsMap: {}, InputTemplate } };
  return {
    name,
    arn: `arn:aws:events:${region}:${account}:rule/${bus.name === 'default' ? name : `${bus.name}/${name}`}`,
    bus,
    pattern: { text: withoutReplays(pattern?.text ?? '{}') },
    state: 'ENABLED',
    targets: new Map([[name, { arn, declared }]]),
    tags: new Map(),
    description: undefined,
    roleArn: undefined,
    managedBy: 'prod.vhs.events.aws.internal',
  };
}

/** As text, so that numbers stay as they were written: replayed events would be archived again with each replay. */
function withoutReplays(pattern: string): string {
  const members = pattern.trimEnd().slice(0, -1).trimEnd();
  return `${members}${members.endsWith('{') ? '' : ','}"replay-name":[{"exists":false}]}`;
}
