import { createLiveText } from '../live-text.ts';
import type { StackProgress } from './deploy-stacks.ts';

/** Shows a deployment on a stream: a line for each stack that is done, and on a terminal below them what is being worked on. */
export interface ProgressView {
  show(progress: StackProgress): void;
}

export function createProgressView(
  stream: NodeJS.WriteStream,
  { nameOf, total }: { readonly nameOf: (stackName: string) => string; readonly total: number },
): ProgressView {
  const live = createLiveText(stream);
  const begunAt = new Map<string, number>();
  let done = 0;
  return {
    show(progress) {
      const { stackName } = progress;
      const since = begunAt.get(stackName) ?? performance.now();
      begunAt.set(stackName, since);
      if (progress.kind !== 'done') {
        const what =
          progress.kind === 'begun'
            ? 'begun'
            : `${progress.logicalId} ${progress.status.toLowerCase().replaceAll('_', ' ')}`;
        if (stream.isTTY) live.show([`    ${nameOf(stackName)}: ${what}`]);
        return;
      }
      done += 1;
      const seconds = ((performance.now() - since) / 1000).toFixed(1);
      const line = `  ✔ ${nameOf(stackName).padEnd(40)} ${seconds.padStart(6)} s  ${done}/${total}`;
      if (stream.isTTY) {
        live.show([line]);
        live.finish();
      } else stream.write(`${line}\n`);
    },
  };
}
