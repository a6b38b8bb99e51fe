import { defineCommand } from 'citty';
import { problemOfLoopbackUrl } from '../local/bus/loopback-url.ts';
import { requestToken } from '../request-token.ts';
import { findEngines } from '../target/running-engines.ts';
import { UserError } from '../user-error.ts';

export const token = defineCommand({
  meta: {
    name: 'token',
    description:
      'Prints a token for the HTTP APIs of a running fanbus local, as the user that you name. Example: npx fanbus token --sub ada --scope fanbus/admin',
  },
  args: {
    sub: { type: 'string', description: 'The user, as the API will know them', valueHint: 'USER' },
    scope: {
      type: 'string',
      description: 'What the user may do, such as fanbus/admin; several with spaces between. Default: none',
      valueHint: 'SCOPE',
    },
    audience: {
      type: 'string',
      description: 'Which API it is for. Default: the only one that there is',
      valueHint: 'AUDIENCE',
    },
    'expires-in': {
      type: 'string',
      description: 'Seconds until it expires. Default: 3600',
      valueHint: 'SECONDS',
    },
    endpoint: {
      type: 'string',
      description:
        'What fanbus local printed as Endpoint. Default: AWS_ENDPOINT_URL of this shell, else the one that runs',
      valueHint: 'URL',
    },
  },
  async run({ args }) {
    const { audience, scope, sub } = args;
    if (sub === undefined) throw new UserError('no --sub: say whom the token is for, such as --sub ada.');
    const endpoint = readEndpoint(args.endpoint ?? (process.env.AWS_ENDPOINT_URL || theOnlyOne()));
    const expiresIn = args['expires-in'];
    console.log(
      await requestToken(endpoint, {
        sub,
        ...(scope !== undefined && { scope }),
        ...(audience !== undefined && { audience }),
        ...(expiresIn !== undefined && { expires_in: expiresIn }),
      }),
    );
  },
});

function theOnlyOne(): string | undefined {
  const [engine, ...others] = findEngines();
  return others.length === 0 ? engine?.endpoint : undefined;
}

function readEndpoint(endpoint = ''): string {
  if (endpoint === '') {
    throw new UserError(
      'no engine to ask: start npx fanbus local in another shell, and run here the export lines that it prints, or give its --endpoint URL.',
    );
  }
  const problem = problemOfLoopbackUrl(endpoint);
  if (problem === undefined) return endpoint.replace(/\/+$/, '');
  throw new UserError(
    `${problem}: tokens come from the engine on this machine alone. Give the --endpoint that fanbus local printed, such as http://127.0.0.1:4566.`,
  );
}
