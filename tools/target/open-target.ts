import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { namesOf } from '../../infra/names.ts';
import { isStageName, stageNames } from '../../infra/stage-names.ts';
import { problemOfLoopbackUrl } from '../local/bus/loopback-url.ts';
import { UserError } from '../user-error.ts';
import { clientSettings } from './client-settings.ts';
import { findEngines, type RunningEngine } from './running-engines.ts';
import type { ClientSettings, Target } from './target.ts';
import type { TargetArguments } from './target-arguments.ts';

/**
 * Where a command is to work: AWS if a profile or a region is named, else the local AWS, found by `--endpoint`, by AWS_ENDPOINT_URL or
 * because it is the one that runs. Asks who answers there. Throws `UserError` when nobody does, or when it is not certain who is meant.
 */
export async function openTarget(
  given: TargetArguments,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Target> {
  const stage = given.stage ?? 'dev';
  if (!isStageName(stage)) {
    throw new UserError(`--stage ${stage} is none: the stages are ${stageNames.join(', ')}.`);
  }
  const isAws = given.profile !== undefined || given.region !== undefined;
  if (isAws && given.endpoint !== undefined) {
    throw new UserError(
      '--endpoint is of the local AWS, --profile and --region are of AWS: give the one or the other.',
    );
  }
  return isAws ? openAws(stage, given, environment) : openLocal(stage, given, environment);
}

async function openLocal(
  stage: string,
  given: TargetArguments,
  environment: NodeJS.ProcessEnv,
): Promise<Target> {
  const { endpoint, region } = findLocal(given.endpoint, environment);
  const problem = problemOfLoopbackUrl(endpoint);
  if (problem !== undefined) {
    throw new UserError(
      `${problem}: without --profile or --region a command works on the local AWS alone. Give the --endpoint that fanbus local printed, or the --region on AWS.`,
    );
  }
  const settings = clientSettings({ endpoint, region });
  const accountId = await accountAt(settings).catch((cause) => {
    throw new UserError(`nothing answers at ${endpoint}: ${START}`, { cause });
  });
  return {
    kind: 'local',
    label: `the local AWS at ${endpoint}, stage ${stage}`,
    stage,
    accountId,
    region,
    names: namesOf({ stage, accountId, region }),
    settings,
    options: [
      ...(given.endpoint === undefined ? [] : [`--endpoint ${endpoint}`]),
      ...(stage === 'dev' ? [] : [`--stage ${stage}`]),
    ],
  };
}

function findLocal(
  given: string | undefined,
  { AWS_ENDPOINT_URL, AWS_REGION = 'us-east-1' }: NodeJS.ProcessEnv,
): Pick<RunningEngine, 'endpoint' | 'region'> {
  const engines = findEngines();
  const named = (given ?? AWS_ENDPOINT_URL)?.replace(/\/+$/, '');
  if (named)
    return engines.find(({ endpoint }) => endpoint === named) ?? { endpoint: named, region: AWS_REGION };
  const [engine, ...others] = engines;
  if (engine === undefined) throw new UserError(`no local AWS is running: ${START}`);
  if (others.length === 0) return engine;
  throw new UserError(
    `${engines.length} of them are running, at ${engines.map(({ endpoint }) => endpoint).join(', ')}: say which with --endpoint.`,
  );
}

const START = 'start npx fanbus local in another shell. For AWS give --profile or --region.';

async function openAws(
  stage: string,
  { profile, region: given }: TargetArguments,
  { AWS_DEFAULT_REGION, AWS_ENDPOINT_URL, AWS_REGION }: NodeJS.ProcessEnv,
): Promise<Target> {
  const asked = given ?? (profile === undefined ? (AWS_REGION ?? AWS_DEFAULT_REGION) : undefined);
  const client = new STSClient({
    ...(asked !== undefined && { region: asked }),
    ...(profile !== undefined && { profile }),
  });
  try {
    const region = await client.config.region().catch((cause) => {
      throw new UserError(`the profile ${profile} names no region: add --region.`, { cause });
    });
    const { Account: accountId } = await client.send(new GetCallerIdentityCommand());
    if (accountId === undefined) throw new UserError('AWS did not say which account this is.');
    // Whoever points an SDK elsewhere by its environment means it, but should see it.
    const where = AWS_ENDPOINT_URL ? ` at ${AWS_ENDPOINT_URL}` : '';
    const using = profile === undefined ? '' : ` (profile ${profile})`;
    return {
      kind: 'aws',
      label: `AWS account ${accountId} in ${region}${using}${where}, stage ${stage}`,
      stage,
      accountId,
      region,
      names: namesOf({ stage, accountId, region }),
      settings: { region, ...(profile !== undefined && { profile }) },
      options: [
        ...(profile === undefined ? [] : [`--profile ${profile}`]),
        ...(given === undefined ? [] : [`--region ${region}`]),
        ...(stage === 'dev' ? [] : [`--stage ${stage}`]),
      ],
    };
  } finally {
    client.destroy();
  }
}

async function accountAt(settings: ClientSettings): Promise<string> {
  const client = new STSClient({ ...settings, maxAttempts: 1 });
  try {
    const { Account } = await client.send(new GetCallerIdentityCommand());
    if (Account === undefined) throw new Error('whoever answers is no AWS');
    return Account;
  } finally {
    client.destroy();
  }
}
