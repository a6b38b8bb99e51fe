import type { Readable } from 'node:stream';

/**
 * Hands on each line of an execution environment's output. The environment ends each invocation's output
 * with a line of one NUL in every stream; `untilMark` resolves when the next one has come through all of them.
 */
export function readLogLines(
  streams: readonly (Readable | null)[],
  onLine: (line: string) => void,
): { untilMark(): Promise<void> } {
  const marks = streams.map(() => 0);
  let awaited = 0;
  let waiting: { mark: number; resolve: () => void }[] = [];

  streams.forEach((stream, index) => {
    let rest = '';
    const pass = (line: string) => {
      const isMark = line.endsWith('\0');
      const text = isMark ? line.slice(0, -1) : line;
      if (text !== '') onLine(text);
      if (isMark) passMark(index, 1);
    };
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) pass(line);
    });
    stream?.once('close', () => {
      pass(rest);
      passMark(index, Number.POSITIVE_INFINITY);
    });
  });

  function passMark(index: number, count: number) {
    marks[index] = (marks[index] ?? 0) + count;
    const passed = Math.min(...marks);
    for (const { mark, resolve } of waiting) if (mark <= passed) resolve();
    waiting = waiting.filter(({ mark }) => mark > passed);
  }

  return {
    untilMark() {
      awaited += 1;
      const mark = awaited;
      if (mark <= Math.min(...marks)) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ mark, resolve }));
    },
  };
}
