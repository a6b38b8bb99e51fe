import { defineCommand } from 'citty';
import { columns } from '../columns.ts';
import { type FoundReplay, findReplays } from '../replay/find-replays.ts';
import { commandAt } from '../target/command-at.ts';
import { enterTarget } from '../target/enter-target.ts';
import type { Target } from '../target/target.ts';
import { targetArguments } from '../target/target-arguments.ts';

export const replayList = defineCommand({
  meta: {
    name: 'replay list',
    description:
      'Shows the replays that are under way, and those that a killed process has left. Example: npx fanbus replay list --json',
  },
  args: {
    json: { type: 'boolean', description: 'Print a JSON array', default: false },
    ...targetArguments,
  },
  async run({ args }) {
    const target = await enterTarget(args);
    const replays = await findReplays(target);
    if (args.json) console.log(JSON.stringify(replays));
    else if (replays.length === 0) console.log('No replay is under way.');
    else console.log(render(replays, target));
  },
});

function render(replays: readonly FoundReplay[], target: Pick<Target, 'options'>): string {
  const rows = replays.map((one) => [
    one.name,
    one.isFed ? one.state : 'left',
    one.consumers === 'all' ? 'all' : one.consumers.join(','),
    one.rate === undefined ? 'none' : `${one.rate}/s`,
    String(one.waiting),
    `${one.since} to ${one.until}`,
  ]);
  const left = replays.find(({ isFed }) => !isFed);
  const remedy = (verb: string) => `  ${commandAt(target, `replay ${verb} ${left?.name}`)}`;
  return [
    ...columns([['REPLAY', 'STATE', 'CONSUMERS', 'RATE', 'WAITING', 'WINDOW'], ...rows]),
    ...(left === undefined
      ? []
      : ['', 'Nobody feeds the consumers from one that is left:', remedy('resume'), remedy('cancel')]),
  ].join('\n');
}
