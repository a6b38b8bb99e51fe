import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { checkBars } from './check-bars.ts';
import { type Design, fanbus, naive, oneRowPerEvent } from './designs.ts';
import { measureMatching } from './matching/measure-matching.ts';
import { measureBundles } from './measure-bundles.ts';
import { type FileMeasurement, measureFile } from './measure-file.ts';
import { measureReader } from './measure-reader.ts';
import { renderMatching, renderReport } from './render-report.ts';
import type { Report } from './report.ts';

const help = `npm run bench [-- --quick]

Measures this design against one message per row, on the local engine: speed, requests, write units, the AWS bill, memory;
and how fast events find their rules.
Writes test/bench/report.json and docs/bench.md, prints the report, and ends with 1 when a bar is missed. About ten minutes.

  --matching  Prints the matching of events alone and writes nothing. About a minute.
  --quick     1,000 and 10,000 rows only, without the 1 GB file; leaves docs/bench.md alone. About four minutes.
`;

const { quick, matching: onlyMatching, help: isHelp } = readOptions();
if (isHelp) {
  process.stdout.write(help);
} else if (onlyMatching) {
  process.stdout.write(`${renderMatching(measureMatching({ quick, onProgress: tell }))}\n`);
} else {
  const report = await measureAll(quick);
  const text = renderReport(report);
  writeFileSync(new URL('report.json', import.meta.url), `${JSON.stringify(report, null, 2)}\n`);
  if (!quick) writeFileSync(new URL('../../docs/bench.md', import.meta.url), text);
  process.stdout.write(text);
  if (checkBars(report).some(({ passed }) => passed === false)) process.exitCode = 1;
}

function readOptions() {
  try {
    const options = {
      quick: { type: 'boolean', default: false },
      matching: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    } as const;
    return parseArgs({ options }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`);
    process.exit(1);
  }
}

async function measureAll(isQuick: boolean): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'fanbus-bench-'));
  try {
    // First, while the process is young: nothing else has been compiled into the code that it shares.
    const matching = measureMatching({ quick: isQuick, onProgress: tell });
    tell('synthesising the designs');
    const assemblies = new Map<Design, string>();
    for (const design of [fanbus, naive, oneRowPerEvent]) {
      const outdir = join(folder, design.name);
      design.synthesise(outdir);
      assemblies.set(design, outdir);
    }

    const files: FileMeasurement[] = [];
    for (const { design, rows } of plan(isQuick)) {
      const assemblyDir = assemblies.get(design) ?? '';
      const file = await measureFile({ design, assemblyDir, rows, onProgress: progress(design, rows) });
      files.push(file);
      tell(
        `${design.name}, ${rows} rows: ${file.seconds.toFixed(2)} s, ${Math.round(rows / file.seconds)} rows/s\n`,
      );
    }
    tell('cold imports');
    const bundles = measureBundles(assemblies.get(fanbus) ?? '');
    const reader = isQuick ? undefined : await measureReader({ bytes: 1_000_000_000, onProgress: tell });
    tell('done\n');
    return {
      machine: {
        cores: availableParallelism(),
        node: process.versions.node,
        date: new Date().toISOString().slice(0, 10),
      },
      files,
      reader,
      bundles,
      matching,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The designs take turns, so that whatever changes on the machine meanwhile meets both. A short run meets more of the noise
 * than a long one, so the faster design goes three times a turn.
 */
function* plan(isQuick: boolean): Generator<{ design: Design; rows: number }> {
  const sizes = [
    { rows: 1000, turns: 3 },
    { rows: 10_000, turns: 3 },
    ...(isQuick ? [] : [{ rows: 100_000, turns: 1 }]),
  ];
  for (const { rows, turns } of sizes) {
    for (let turn = 0; turn < turns; turn += 1) {
      for (const design of [fanbus, fanbus, fanbus, naive]) yield { design, rows };
    }
  }
  yield { design: oneRowPerEvent, rows: 10_000 };
}

function progress(design: Design, rows: number): (tasks: number) => void {
  let toldAt = 0;
  return (tasks) => {
    if (performance.now() - toldAt < 500) return;
    toldAt = performance.now();
    tell(`${design.name}, ${rows} rows: ${Math.floor((100 * tasks) / rows)} %`);
  };
}

/** One line on stderr that the next one overwrites, unless it ends with a newline. */
function tell(text: string): void {
  process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${text}` : text.endsWith('\n') ? text : `${text}\n`);
}
