import { RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import { type Overrides, readOverrides } from './overrides.ts';
import { readOrigins } from './read-origins.ts';
import { readTokens, type Tokens } from './read-tokens.ts';
import { SettingsError } from './settings-error.ts';
import { isStageName, type StageName, stageNames } from './stage-names.ts';

/** What differs between the places the same system is deployed to. */
export interface Stage {
  readonly name: StageName;
  /** What becomes of tables, uploads and logs when their stack is deleted. */
  readonly removalPolicy: RemovalPolicy;
  /** Whether stacks and tables refuse to be deleted. */
  readonly deletionProtection: boolean;
  /** How far back, in days, a table can be restored to any second: 1 to 35. */
  readonly recoveryDays: number;
  /** How long the bus keeps events for replay, in days. */
  readonly archiveDays: number;
  /** How long an uploaded object is kept, in days. */
  readonly uploadDays: number;
  readonly logRetention: RetentionDays;
  /** Requests that the API takes from all callers together: `rate` a second, and `burst` at once. */
  readonly throttle: { readonly rate: number; readonly burst: number };
  /** Whose tokens the API takes. */
  readonly tokens: Tokens;
  /** The origins whose pages may call the API: `https://app.example.com`. None: no page may. */
  readonly corsOrigins: readonly string[];
  /** What this deployment changes of single consumers, by consumer. */
  readonly overrides: Overrides;
}

const stages: Readonly<Record<StageName, Omit<Stage, 'name' | 'overrides' | 'tokens' | 'corsOrigins'>>> = {
  dev: {
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    recoveryDays: 1,
    archiveDays: 7,
    uploadDays: 7,
    logRetention: RetentionDays.ONE_WEEK,
    throttle: { rate: 100, burst: 200 },
  },
  qat: {
    removalPolicy: RemovalPolicy.DESTROY,
    deletionProtection: false,
    recoveryDays: 7,
    archiveDays: 30,
    uploadDays: 30,
    logRetention: RetentionDays.ONE_MONTH,
    throttle: { rate: 200, burst: 400 },
  },
  prd: {
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
    recoveryDays: 35,
    archiveDays: 365,
    uploadDays: 365,
    logRetention: RetentionDays.SIX_MONTHS,
    throttle: { rate: 1_000, burst: 2_000 },
  },
};

/**
 * The stage that the context names (`-c stage=qat`, default `dev`) with its overrides, and with what it says of callers:
 * `-c issuer=https://… -c audience=…` and `-c corsOrigins=https://…,https://…`. Throws `SettingsError` for anything else.
 */
export function readStage(node: Node): Stage {
  const name: unknown = node.tryGetContext('stage') ?? 'dev';
  if (!isStageName(name)) {
    throw new SettingsError(
      `no stage ${JSON.stringify(name)}: the stages are ${stageNames.join(', ')}. Name one with -c stage=dev.`,
    );
  }
  return {
    name,
    ...stages[name],
    overrides: readOverrides(node.tryGetContext('overrides')),
    tokens: readTokens({ issuer: node.tryGetContext('issuer'), audience: node.tryGetContext('audience') }),
    corsOrigins: readOrigins(node.tryGetContext('corsOrigins')),
  };
}
