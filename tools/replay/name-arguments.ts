import { targetArguments } from '../target/target-arguments.ts';

/** What the commands take that work on one replay. */
export const nameArguments = {
  name: { type: 'positional', description: 'The replay, as replay list shows it', required: true },
  json: { type: 'boolean', description: 'Print JSON', default: false },
  ...targetArguments,
} as const;
