import { checkBars } from './check-bars.ts';
import { rulerEventsPerSecond } from './matching/ruler.ts';
import type { FileMeasurement } from './measure-file.ts';
import { floorUsd, type Report, summarise } from './report.ts';

/** The report for people, as Markdown whose tables also read well in a terminal. */
export function renderReport(report: Report): string {
  const { machine, files, reader, bundles, matching } = report;
  const sizes = [...new Set(files.map(({ rows }) => rows))].sort((a, b) => a - b);
  const designs = [...new Set(files.map(({ design }) => design))];
  const summaries = designs.flatMap((design) =>
    sizes.flatMap((rows) => {
      const summary = summarise(files, design, rows);
      return summary ? [{ design, ...summary }] : [];
    }),
  );
  const naiveSpeed = (rows: number) => summarise(files, 'naive', rows)?.rowsPerSecond ?? Number.NaN;

  return `${[
    '# The bench',
    `Made by \`npm run bench\` on ${machine.date}: ${machine.cores} cores, Node ${machine.node}, both designs on the local engine in one run, the engine and every function sharing the cores. Compare the figures with each other; AWS has its own.`,
    'The naive design is `test/bench/naive/`: the file parsed whole, one message per row, one put and one counter update per message, with the same limits (batches of 10, 5 at a time).',
    '## Speed and memory',
    'From the start of the upload to COMPLETED, after a warm-up file of the same size (at most 10,000 rows) on the same engine, new for each run. The median of the runs.',
    table(
      ['design', 'rows', 'runs', 'seconds', 'rows/s', 'times naive', "reader's peak"],
      summaries.map((one) => [
        one.design,
        grouped(one.rows),
        `${one.repetitions}`,
        one.seconds.toFixed(2),
        grouped(one.rowsPerSecond),
        (one.rowsPerSecond / naiveSpeed(one.rows)).toFixed(1),
        `${Math.round(one.readerPeakMb)} MB`,
      ]),
    ),
    ...(reader
      ? [
          `The reader alone, its parts counted and dropped: ${(reader.bytes / 1e9).toFixed(2)} GB, ${grouped(reader.rows)} rows in ${grouped(reader.parts)} parts, ${grouped(reader.rows / reader.seconds)} rows/s, peak memory ${Math.round(reader.peakMb)} MB.`,
        ]
      : []),
    '## Requests and write units',
    'A request is an API request as AWS counts it: a call of a function, the SendMessage of a rule, the ReceiveMessage and DeleteMessageBatch of a poller.',
    breakdown(
      summaries,
      ({ requests }) => requests.filter(({ figure }) => figure >= 0.0005),
      (figure) => figure.toFixed(4),
      [
        ['**requests per row**', ({ requestsPerRow }) => requestsPerRow.toFixed(4)],
        ['**write units per row**', ({ writeUnitsPerRow }) => writeUnitsPerRow.toFixed(4)],
      ],
    ),
    '## The AWS bill per million rows',
    `us-east-1, from \`tools/bill/prices.ts\`; Lambda's time is this machine's. The floor is one write unit per row: $${floorUsd}.`,
    breakdown(summaries, ({ lines }) => lines, dollars, [
      ['**together**', ({ usdPerMillion }) => dollars(usdPerMillion)],
      ['times the floor', ({ usdPerMillion }) => (usdPerMillion / floorUsd).toFixed(3)],
    ]),
    '## The functions',
    table(
      ['function', 'bundle', 'cold import'],
      bundles.map((one) => [
        one.function,
        `${Math.round(one.bytes / 1000)} KB`,
        `${Math.round(one.coldImportMs)} ms`,
      ]),
    ),
    renderMatching(matching),
    '## The bars',
    table(
      ['', 'promise', 'measured'],
      checkBars(report).map(({ promise, measured, passed }) => [verdict(passed), promise, measured]),
    ),
  ].join('\n\n')}\n`;
}

/** The report's section on matching. */
export function renderMatching(matching: Report['matching']): string {
  return [
    '## Matching events and rules',
    'How many events a second an index of rules takes: JSON texts of which no two are alike, parsing included, on one thread. All rules ask for the same source and detail-type. Half are exact; the others ask for a prefix, a suffix, a numeric range or anything but some value, in turn. "One value in common": they all name the same bucket or tenant too. "An eighth match all": the anything-but rules ask for nothing else. The median of the runs, and the fastest, which the machine\'s other work disturbed least; what was found is compared with trying every rule.',
    "AWS's event-ruler (Java) is quoted, not measured here: on such a machine about 150,000 at 10 rules, 40,000 to 150,000 at 1,000 and 5,000 to 160,000 at 10,000, by how many rules share a value. The table quotes the upper figure where few rules match and the lower one where many do.",
    table(
      ['events', 'rules', '', 'match', 'events/s', 'fastest run', 'event-ruler', 'rules replaced/s'],
      matching.map((one) => [
        `${one.events}, ${grouped(one.eventBytes)} B`,
        grouped(one.rules),
        one.rulesAre,
        one.matchesPerEvent.toFixed(1),
        grouped(one.eventsPerSecond),
        grouped(one.fastestEventsPerSecond),
        grouped(rulerEventsPerSecond(one)),
        grouped(one.replacementsPerSecond),
      ]),
    ),
  ].join('\n\n');
}

type Summary = NonNullable<ReturnType<typeof summarise>> & { readonly design: FileMeasurement['design'] };

/** What a figure is made of: a row for each item, a column for each measurement, and the sums below. */
function breakdown(
  summaries: readonly Summary[],
  itemsOf: (summary: Summary) => readonly { readonly item: string; readonly figure: number }[],
  format: (figure: number) => string,
  sums: readonly (readonly [string, (summary: Summary) => string])[],
): string {
  const items = [...new Set(summaries.flatMap((one) => itemsOf(one).map(({ item }) => item)))];
  const figure = (one: Summary, item: string) => itemsOf(one).find((found) => found.item === item)?.figure;
  return table(
    ['', ...summaries.map(({ design, rows }) => `${design}, ${grouped(rows)}`)],
    [
      ...items.map((item) => [item, ...summaries.map((one) => format(figure(one, item) ?? 0))]),
      ...sums.map(([name, sum]) => [name, ...summaries.map(sum)]),
    ],
  );
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) =>
    Math.max(3, title.length, ...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const verdict = (passed: boolean | undefined) => (passed === undefined ? '–' : passed ? 'PASS' : 'FAIL');
const grouped = (number: number) => Math.round(number).toLocaleString('en-US');
const dollars = (usd: number) => `$${usd.toFixed(4)}`;
