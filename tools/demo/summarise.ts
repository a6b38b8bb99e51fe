import type { TasksDemoOutcome } from './run-tasks-demo.ts';

/** What became of the file, for a person. */
export function summarise(outcome: TasksDemoOutcome): string {
  const { file, status, total, created, rejected, failed, seconds, reason, rejects, events, costUsd } =
    outcome;
  const rows = `${count(total)} = ${count(created)} created + ${count(rejected)} rejected${failed > 0 ? ` + ${count(failed)} failed` : ''}`;
  const lines = [
    '',
    `  ${status === 'COMPLETED' ? '✔' : '✘'} ${file} is ${status} after ${seconds} s`,
    ...(reason === undefined ? [] : [`    ${reason}`]),
    '',
    `  Rows      ${rows}`,
    `  Events    ${[...events].map(([type, n]) => `${count(n)} ${type}`).join(', ')}`,
    `  On AWS    about $${costUsd.toFixed(4)} for this file${total > 0 ? `, $${((costUsd / total) * 1e6).toFixed(2)} per million rows` : ''}`,
  ];
  if (rejects.length > 0) {
    lines.push(
      '',
      rejects.length < rejected
        ? `  The first ${rejects.length} of ${count(rejected)} rejected rows`
        : '  The rejected rows',
    );
    for (const { line, reason: why } of rejects) lines.push(`    line ${String(line).padEnd(7)} ${why}`);
  }
  return `${lines.join('\n')}\n\n`;
}

function count(n: number): string {
  return n.toLocaleString('en');
}
