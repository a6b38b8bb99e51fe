import { parseArgs } from 'node:util';
import type { ArgsDef } from 'citty';
import { readOverrides } from '../../infra/overrides.ts';
import type { SynthesiseSystemOptions } from '../synthesise-system.ts';
import { targetArguments } from '../target/target-arguments.ts';
import { UserError } from '../user-error.ts';

/** What diff, deploy and destroy all take. */
export const deployArguments = {
  consumer: {
    type: 'positional',
    description:
      'A consumer, or another stack by its name: make-thumbnails, bus. Several, if you like. Default: all',
    required: false,
    valueHint: 'CONSUMER…',
  },
  ...targetArguments,
  json: { type: 'boolean', description: 'Print JSON alone', default: false },
} as const satisfies ArgsDef;

/** Of diff and deploy, which synthesise. */
export const contextArgument = {
  context: {
    type: 'string',
    description:
      "CDK's context, as cdk deploy takes it: issuer=URL, audience=NAME, corsOrigins=URL,URL, overrides=JSON. Once for each",
    valueHint: 'KEY=VALUE',
  },
} as const satisfies ArgsDef;

/** The consumers and stacks that a command names; empty for all. */
export function readNames(rawArgs: readonly string[]): readonly string[] {
  return [...new Set(parse(rawArgs).positionals)];
}

/** What the command's `--context` options say. Throws `UserError` for one that is no KEY=VALUE, `SettingsError` for a wrong override. */
export function readContext(
  rawArgs: readonly string[],
): Pick<SynthesiseSystemOptions, 'context' | 'overrides'> {
  const pairs = (parse(rawArgs).values.context ?? []).map((pair) => {
    const [, key = '', value = ''] = /^(\w+)=(.+)$/s.exec(pair) ?? [];
    if (key === '') {
      throw new UserError(`--context ${pair} is no KEY=VALUE: write it as --context issuer=https://….`);
    }
    if (key === 'stage') throw new UserError(`--context ${pair}: name the stage by --stage ${value}.`);
    return [key, value] as const;
  });
  const { overrides, ...context } = Object.fromEntries(pairs);
  return { context, ...(overrides !== undefined && { overrides: readOverrides(overrides) }) };
}

function parse(args: readonly string[]) {
  const text = { type: 'string' } as const;
  return parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: {
      context: { type: 'string', multiple: true },
      ...Object.fromEntries(Object.keys(targetArguments).map((name) => [name, text])),
    },
  }) as {
    readonly positionals: readonly string[];
    readonly values: { readonly context?: readonly string[] };
  };
}
