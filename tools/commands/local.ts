import { join, resolve } from 'node:path';
import { defineCommand } from 'citty';
import { isStageName, stageNames } from '../../infra/stage-names.ts';
import { describeApp } from '../describe-app.ts';
import type { DeployProgress } from '../local/deploy/deploy-assembly.ts';
import type { LocalAws } from '../local/start-local-aws.ts';
import { renderLogLine } from '../log-line.ts';
import type { StartOptions } from '../start-assembly.ts';
import { createSteps } from '../steps.ts';
import { createStopSignal, rejectOnAbort } from '../stop-signal.ts';
import { announceEngine } from '../target/running-engines.ts';
import { UserError } from '../user-error.ts';
import type { Sources } from '../watch/read-sources.ts';
import type { SystemWatch } from '../watch/watch-system.ts';

export const local = defineCommand({
  meta: {
    name: 'local',
    description:
      'Brings a system up on this machine: an AWS of its own on 127.0.0.1, deployed from the synthesised templates of Fanbus or of any CDK app. Stays until Ctrl-C. Example: npx fanbus local --port 4566',
  },
  args: {
    app: {
      type: 'string',
      description: 'A CDK app (a folder with a cdk.json), or what cdk synth made of one. Default: Fanbus',
      valueHint: 'DIR',
    },
    data: {
      type: 'string',
      description: 'Folder that keeps the state across restarts. Default: it is gone at the end',
      valueHint: 'DIR',
    },
    port: { type: 'string', description: 'Port on 127.0.0.1. Default: any free one', valueHint: 'PORT' },
    stage: {
      type: 'string',
      description: `Stage of Fanbus: ${stageNames.join(', ')}. Default: dev`,
      valueHint: 'STAGE',
    },
    'archive-delay': {
      type: 'string',
      description: 'Minutes until an event can be replayed from an archive, 10 on AWS. Default: 0',
      valueHint: 'MINUTES',
    },
    quiet: { type: 'boolean', description: 'Do not print what the functions log', default: false },
    watch: {
      type: 'boolean',
      description: 'Put live whatever is saved below schemas, services and infra; show type errors',
      default: false,
    },
  },
  async run({ args }) {
    const port = parsePort(args.port);
    const stage = parseStage(args.stage, args.app);
    if (args.watch) refuseToWatch(args.app);
    const archiveDelayMs = parseMinutes(args['archive-delay']) * 60_000;
    const write = (text: string) => process.stdout.write(text);
    write(`${args.app ?? 'Fanbus'} on this machine: no AWS account, nothing leaves 127.0.0.1.\n\n`);

    const signal = createStopSignal();
    const dataDir = args.data === undefined ? undefined : resolve(args.data);
    const options = { port, dataDir, archiveDelayMs, steps: createSteps(write), signal };
    const { aws, close, examples, parts, requests, watch } = await (args.app === undefined
      ? startFanbus(stage, options)
      : startAnyApp(args.app, options));
    let watching: SystemWatch | undefined;
    const { endpoint, region } = aws;
    const withdraw = announceEngine({ endpoint, region, ...(args.app === undefined && { stage }) });
    try {
      const state = dataDir === undefined ? '' : `\n  State      ${dataDir}`;
      write(guideTo(aws, { examples, parts: `${parts}${state}`, requests }));
      if (!args.quiet) {
        // That functions are ended in the end is no news.
        aws.logs.onLine((line) => signal.aborted || write(renderLogLine(line)));
      }
      aws.observations.on('denied', ({ action, caller, remedy, resource }) =>
        write(`  ${caller} may not ${action} on ${resource}; ${remedy}\n`),
      );
      if (args.watch) {
        watching = await watch?.(write);
        write('  Watching schemas, services and infra: what is saved there goes live.\n\n');
      }
      await rejectOnAbort(signal).catch(() => write('\n  Stopping… '));
    } finally {
      withdraw();
      await watching?.close();
      await close();
    }
    write('stopped.\n');
  },
});

interface Up {
  readonly aws: LocalAws;
  readonly close: () => Promise<void>;
  /** What is there, for people. */
  readonly parts: string;
  /** Of the AWS CLI, without its own name and the endpoint. */
  readonly examples: readonly string[];
  /** What a user of its HTTP API can do, line by line. @default there is none */
  readonly requests?: readonly string[];
  /** Keeps it as its sources are. @default nobody knows what it is made of */
  readonly watch?: (write: (text: string) => void) => Promise<SystemWatch>;
}

async function startFanbus(
  stage: string,
  options: StartOptions & { readonly signal: AbortSignal },
): Promise<Up> {
  // Loaded late, here and below: help and refusals are told at once.
  const { startSystem } = await import('../start-system.ts');
  const { readSources } = await import('../watch/read-sources.ts');
  const root = join(import.meta.dirname, '../..');
  let sources: Sources = new Map();
  const onGenerated = () => {
    sources = readSources(root);
  };
  const system = await startSystem({ ...options, stage, onGenerated });
  const { apiUrl, aws, close, names } = system;
  return {
    aws,
    close,
    parts: [
      `  API        ${apiUrl}`,
      `  Bus        ${names.bus}`,
      `  Uploads    s3://${names.uploadsBucket}/task-files/`,
      `  Images     s3://${names.imagesBucket}/profile-pictures/<user>/`,
    ].join('\n'),
    examples: [
      `s3 cp tasks.csv s3://${names.uploadsBucket}/task-files/`,
      `s3 cp tools/demo/pictures/portrait.png s3://${names.imagesBucket}/profile-pictures/ada/`,
      `dynamodb scan --table-name ${names.tasksTable} --select COUNT`,
      `events list-rules --event-bus-name ${names.bus}`,
    ],
    requests: [
      'npx fanbus token --sub demo',
      `curl -H "Authorization: Bearer $(npx fanbus token --sub demo)" ${apiUrl}/task-files`,
    ],
    async watch(write) {
      const { watchSystem } = await import('../watch/watch-system.ts');
      return watchSystem({ system, stage, sources, root, write, signal: options.signal });
    },
  };
}

async function startAnyApp(appDir: string, options: StartOptions): Promise<Up> {
  const { startApp } = await import('../start-app.ts');
  const progress: DeployProgress[] = [];
  const { app, aws, close } = await startApp({
    ...options,
    appDir,
    onProgress: (resource) => progress.push(resource),
  });
  return {
    aws,
    close,
    parts: `\n${describeApp(app, progress)}`,
    examples: ['events list-event-buses', 'sqs list-queues', 'lambda list-functions'],
  };
}

function guideTo(
  { endpoint, environment }: LocalAws,
  { examples, parts, requests = [] }: Pick<Up, 'examples' | 'parts' | 'requests'>,
): string {
  const asUser = `
  Ask its API as any user, with a token that is good for an hour:

${requests.map((request) => `    ${request}\n`).join('')}`;
  const variables = Object.entries(environment).map(([name, value]) => `    export ${name}=${value}`);
  return `
  Endpoint   ${endpoint}
${parts}

  Point the AWS CLI and any SDK of this shell at it:

    unset AWS_PROFILE AWS_SESSION_TOKEN
${variables.join('\n')}

  Then, for example:

${examples.map((example) => `    aws --endpoint-url "$AWS_ENDPOINT_URL" ${example}`).join('\n')}
${requests.length > 0 ? asUser : ''}
  Ctrl-C ends it and leaves nothing running.

`;
}

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UserError(`--port ${text} is no port: give a whole number from 0 (any free port) to 65535.`);
}

function parseMinutes(text = '0'): number {
  const minutes = Number(text);
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= 1_440) return minutes;
  throw new UserError(
    `--archive-delay ${text} is no time: give whole minutes from 0 to 1440; AWS takes about 10.`,
  );
}

function refuseToWatch(app: string | undefined): void {
  if (app === undefined) return;
  throw new UserError(
    `--watch knows what the functions of Fanbus are made of, and not those of ${app}: leave it out, and start again after a change.`,
  );
}

function parseStage(stage = 'dev', app: string | undefined): string {
  if (app !== undefined && stage !== 'dev') {
    throw new UserError(`--stage ${stage} is of Fanbus itself: leave it out with --app.`);
  }
  if (isStageName(stage)) return stage;
  throw new UserError(`--stage ${stage} is none: the stages are ${stageNames.join(', ')}.`);
}
