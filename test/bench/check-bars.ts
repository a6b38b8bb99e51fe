import { rulerEventsPerSecond } from './matching/ruler.ts';
import { floorUsd, type Report, summarise } from './report.ts';

/** One thing the design promises, held against what was measured. */
export interface Bar {
  readonly promise: string;
  readonly measured: string;
  /** Absent when this run did not measure it. */
  readonly passed?: boolean;
}

/** Holds a report against every bar. A bar that a quick run cannot judge is neither passed nor failed. */
export function checkBars({ files, reader, bundles, matching }: Report): Bar[] {
  const ours = summarise(files, 'fanbus', 10_000);
  const theirs = summarise(files, 'naive', 10_000);
  const large = summarise(files, 'fanbus', 100_000);
  // Pictures need models and rules that are larger.
  const ofTasks = bundles.filter(({ function: name }) => name.includes('task'));
  const heaviest = Math.max(...ofTasks.map(({ bytes }) => bytes));
  const aheadOfRuler = Math.min(...matching.map((one) => one.eventsPerSecond / rulerEventsPerSecond(one)));

  return [
    bar('at 10,000 rows at least 10 times the naive rows per second', [ours, theirs], (a, b) => ({
      measured: `${(a.rowsPerSecond / b.rowsPerSecond).toFixed(1)} times`,
      passed: a.rowsPerSecond >= 10 * b.rowsPerSecond,
    })),
    bar('at 10,000 rows at most 1.02 write units per row', [ours], ({ writeUnitsPerRow }) => ({
      measured: writeUnitsPerRow.toFixed(4),
      passed: writeUnitsPerRow <= 1.02,
    })),
    bar('at 10,000 rows at most 0.1 requests per row', [ours], ({ requestsPerRow }) => ({
      measured: requestsPerRow.toFixed(4),
      passed: requestsPerRow <= 0.1,
    })),
    bar('at 10,000 rows a bill of at most 1.08 times the floor', [ours], ({ usdPerMillion }) => ({
      measured: `${(usdPerMillion / floorUsd).toFixed(3)} times`,
      passed: usdPerMillion <= 1.08 * floorUsd,
    })),
    // Medians of the same thing lie some five in a hundred apart.
    bar('at 100,000 rows no fewer rows per second than at 10,000, but for noise', [ours, large], (a, b) => ({
      measured: `${Math.round(b.rowsPerSecond)} against ${Math.round(a.rowsPerSecond)}`,
      passed: b.rowsPerSecond >= 0.95 * a.rowsPerSecond,
    })),
    bar('a CSV of 1 GB read and packed in less than 256 MB', [reader], ({ peakMb, bytes }) => ({
      measured: `${Math.round(peakMb)} MB for ${(bytes / 1e9).toFixed(2)} GB`,
      passed: peakMb < 256 && bytes >= 1e9,
    })),
    {
      promise: 'every function of tasks below 1 MB',
      measured: `the largest has ${Math.round(heaviest / 1000)} KB`,
      passed: ofTasks.length > 0 && heaviest < 1_000_000,
    },
    {
      promise: "events matched faster than event-ruler's quoted figures, for every kind and number of rules",
      measured: `at least ${aheadOfRuler.toFixed(1)} times`,
      passed: matching.length > 0 && aheadOfRuler > 1,
    },
  ];
}

function bar<const Needs extends readonly unknown[]>(
  promise: string,
  needs: Needs,
  judge: (...needs: { [Index in keyof Needs]: NonNullable<Needs[Index]> }) => {
    measured: string;
    passed: boolean;
  },
): Bar {
  if (needs.includes(undefined)) return { promise, measured: 'not measured' };
  return { promise, ...judge(...(needs as never)) };
}
