import type { MatchingMeasurement } from './matching/measure-matching.ts';
import type { BundleMeasurement } from './measure-bundles.ts';
import type { FileMeasurement } from './measure-file.ts';
import type { ReaderMeasurement } from './measure-reader.ts';

/** Everything one run of the bench measured. */
export interface Report {
  readonly machine: { readonly cores: number; readonly node: string; readonly date: string };
  readonly files: readonly FileMeasurement[];
  /** Absent from a quick run. */
  readonly reader?: ReaderMeasurement;
  readonly bundles: readonly BundleMeasurement[];
  readonly matching: readonly MatchingMeasurement[];
}

/** One write unit for each row: what no design can go below. US dollars per million rows. */
export const floorUsd = 0.625;

/** The measurement of this design and size with the median speed, as figures per row; absent when it was not measured. */
export function summarise(
  files: readonly FileMeasurement[],
  design: FileMeasurement['design'],
  rows: number,
) {
  const repetitions = files
    .filter((file) => file.design === design && file.rows === rows)
    .sort((a, b) => a.seconds - b.seconds);
  const median = repetitions[Math.floor((repetitions.length - 1) / 2)];
  if (!median) return undefined;
  const units = median.bill.lines.find(({ item }) => item === 'DynamoDB write units')?.quantity ?? 0;
  return {
    rows,
    seconds: median.seconds,
    rowsPerSecond: rows / median.seconds,
    repetitions: repetitions.length,
    requestsPerRow: Object.values(median.requests).reduce((sum, count) => sum + count, 0) / rows,
    /** Requests per row by operation. */
    requests: Object.entries(median.requests)
      .map(([item, count]) => ({ item, figure: count / rows }))
      .sort((a, b) => b.figure - a.figure),
    writeUnitsPerRow: units / rows,
    usdPerMillion: (median.bill.totalUsd / rows) * 1_000_000,
    /** US dollars per million rows by line of the bill. */
    lines: median.bill.lines.map(({ item, usd }) => ({ item, figure: (usd / rows) * 1_000_000 })),
    readerPeakMb: Math.max(...repetitions.map(({ readerPeakMb }) => readerPeakMb)),
  };
}
