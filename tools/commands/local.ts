import { defineCommand } from 'citty';
import { startSystem } from '../start-system.ts';
import { createSteps } from '../steps.ts';
import { untilSignalled } from '../until-signalled.ts';
import { UserError } from '../user-error.ts';

export const local = defineCommand({
  meta: {
    name: 'local',
    description:
      'Brings the whole system up on this machine: an AWS of its own on 127.0.0.1, deployed from the synthesised templates. Stays until Ctrl-C. Example: npx fanbus local --port 4566',
  },
  args: {
    port: { type: 'string', description: 'Port on 127.0.0.1. Default: any free one', valueHint: 'PORT' },
    stage: { type: 'string', description: 'Stage to synthesise: dev, qat or prd', default: 'dev' },
    quiet: { type: 'boolean', description: 'Do not print what the functions log', default: false },
  },
  async run({ args }) {
    const port = parsePort(args.port);
    const write = (text: string) => process.stdout.write(text);
    write('Fanbus on this machine: no AWS account, nothing leaves 127.0.0.1.\n\n');

    const stopRequested = untilSignalled();
    const system = await startSystem({ port, stage: args.stage, steps: createSteps(write) });
    try {
      const { aws, names } = system;
      write(`
  Endpoint   ${aws.endpoint}
  Bus        ${names.bus}
  Uploads    s3://${names.uploadsBucket}/task-files/

  Point the AWS CLI and any SDK of this shell at it:

${Object.entries(aws.environment)
  .map(([name, value]) => `    export ${name}=${value}`)
  .join('\n')}

  Then, for example:

    aws s3 cp tasks.csv s3://${names.uploadsBucket}/task-files/
    aws dynamodb scan --table-name ${names.tasksTable} --select COUNT
    aws events list-rules --event-bus-name ${names.bus}

  Ctrl-C ends it and leaves nothing running.

`);
      if (!args.quiet) {
        aws.logs.onLine(({ group, message }) =>
          write(`  ${group.split('/').at(-1)}  ${message.trimEnd()}
`),
        );
      }
      await stopRequested;
      write('\n  Stopping… ');
    } finally {
      await system.close();
    }
    write('stopped.\n');
  },
});

function parsePort(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UserError(`--port ${text} is no port: give a whole number from 0 (any free port) to 65535.`);
}
