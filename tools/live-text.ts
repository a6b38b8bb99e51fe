/** A few lines that are redrawn in place on a terminal; elsewhere (a pipe, a log) one plain line a second. */
export interface LiveText {
  show(lines: readonly string[]): void;
  /** Leaves what was shown last on the screen and moves below it. */
  finish(): void;
}

export function createLiveText(stream: NodeJS.WriteStream): LiveText {
  let drawn = 0;
  let last: readonly string[] = [];
  let printedAt = Number.NEGATIVE_INFINITY;

  const draw = () => {
    const up = drawn > 0 ? `\u001b[${drawn}A` : '';
    stream.write(
      `${up}${last.map((line) => `\u001b[2K${line.slice(0, (stream.columns || 120) - 1)}\n`).join('')}`,
    );
    drawn = last.length;
  };
  const print = () => {
    printedAt = performance.now();
    stream.write(`${last.map((line) => line.trim()).join(' · ')}\n`);
  };

  return {
    show(lines) {
      last = lines;
      if (stream.isTTY) draw();
      else if (performance.now() - printedAt >= 1000) print();
    },
    finish() {
      if (last.length > 0 && !stream.isTTY) print();
      last = [];
      drawn = 0;
    },
  };
}

/** `███████▌░░ ` for a share between 0 and 1; unknown is an empty bar. */
export function bar(share: number | undefined, width = 24): string {
  const filled = Math.round(Math.min(Math.max(share ?? 0, 0), 1) * width);
  return '█'.repeat(filled) + '░'.repeat(width - filled);
}
