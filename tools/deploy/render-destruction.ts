import type { DoomedStack } from './open-destruction.ts';

/** What is deleted, and what is lost with it. */
export function renderDestruction(stacks: readonly DoomedStack[]): string {
  if (stacks.length === 0) return '  Nothing is deployed there.\n';
  return stacks
    .map(({ contents, isConsumer, name }) =>
      [
        `  ${isConsumer ? 'consumer' : 'stack'} ${name}`,
        ...contents.map(
          ({ holds, isKept, kind, name }) =>
            `    ${kind.padEnd(8)} ${name.padEnd(52)} ${isKept ? `stays, with ${holds}` : holds}`,
        ),
        '',
      ].join('\n'),
    )
    .join('\n')
    .concat('\n');
}
