import { AwsError } from './aws-error.ts';

export interface PolicyDocument {
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** One thing a request asks to do. A request may ask for several; all must be allowed. */
export interface Access {
  /** `sqs:SendMessage` */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Condition keys, by name: `events:source`. */
  readonly context?: Readonly<Record<string, string>>;
}

export type Verdict = 'allowed' | 'denied' | 'not allowed';

/**
 * What policies say to an access: an explicit deny wins, then an allow, else it is denied by silence.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export function evaluatePolicies(policies: readonly PolicyDocument[], access: Access): Verdict {
  const applying = policies
    .flatMap(({ Statement }) => Statement)
    .filter((statement) => applies(statement, access));
  if (applying.some(({ Effect }) => Effect === 'Deny')) return 'denied';
  return applying.some(({ Effect }) => Effect === 'Allow') ? 'allowed' : 'not allowed';
}

function applies(statement: PolicyStatement, access: Access): boolean {
  return (
    includes(statement.Action, statement.NotAction, access.action.toLowerCase(), lowerCase) &&
    includes(statement.Resource, statement.NotResource, access.resource, asIs) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, wanted, contextValue(access, key))),
    )
  );
}

function includes(
  named: string | readonly string[] | undefined,
  notNamed: string | readonly string[] | undefined,
  value: string,
  fold: (text: string) => string,
): boolean {
  const isNamed = (list: string | readonly string[]) =>
    [list].flat().some((pattern) => matchesWildcard(fold(pattern), value));
  if (notNamed !== undefined) return !isNamed(notNamed);
  return named !== undefined && isNamed(named);
}

const lowerCase = (text: string) => text.toLowerCase();
const asIs = (text: string) => text;

function contextValue(access: Access, key: string): string | undefined {
  // The engine is reached over loopback only; a policy that asks for TLS means the network that is not there.
  if (key.toLowerCase() === 'aws:securetransport') return 'true';
  const name = Object.keys(access.context ?? {}).find((one) => one.toLowerCase() === key.toLowerCase());
  return name === undefined ? undefined : access.context?.[name];
}

function holds(operator: string, wanted: string | readonly string[], value: string | undefined): boolean {
  // Keys have one value here, so that "for all values" differs in one thing: it also holds when there is none.
  const isOptional = operator.endsWith('IfExists') || operator.startsWith('ForAllValues:');
  const name = operator.replace(/^ForAllValues:|IfExists$/g, '');
  if (value === undefined) return isOptional || negated.has(name);
  const values = [wanted].flat();
  switch (name) {
    case 'StringEquals':
    case 'Bool':
      return values.some((one) => String(one) === value);
    case 'StringNotEquals':
      return !values.includes(value);
    case 'StringEqualsIgnoreCase':
      return values.some((one) => one.toLowerCase() === value.toLowerCase());
    case 'StringLike':
    case 'ArnLike':
    case 'ArnEquals':
      return values.some((one) => matchesWildcard(one, value));
    case 'StringNotLike':
    case 'ArnNotLike':
    case 'ArnNotEquals':
      return !values.some((one) => matchesWildcard(one, value));
    default:
      throw new AwsError(
        'NotImplemented',
        `the local AWS does not evaluate the policy condition "${operator}"; it knows StringEquals, StringNotEquals, StringEqualsIgnoreCase, StringLike, StringNotLike, ArnEquals, ArnLike, ArnNotEquals, ArnNotLike, Bool, each with IfExists or ForAllValues.`,
        { status: 501 },
      );
  }
}

const negated = new Set(['StringNotEquals', 'StringNotLike', 'ArnNotEquals', 'ArnNotLike']);

/** IAM's wildcards: `*` is any text, `?` any one character. */
function matchesWildcard(pattern: string, value: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === value;
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`, 's').test(value);
}
