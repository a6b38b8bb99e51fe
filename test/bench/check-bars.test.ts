import { describe, expect, it } from 'vitest';
import { checkBars } from './check-bars.ts';
import type { MatchingMeasurement } from './matching/measure-matching.ts';
import type { FileMeasurement } from './measure-file.ts';
import type { Report } from './report.ts';

function file(overrides: Partial<FileMeasurement> & { units?: number; usd?: number } = {}): FileMeasurement {
  const { units = 10_100, usd = 0.0065, ...rest } = overrides;
  const lines = [{ item: 'DynamoDB write units', quantity: units, usd }];
  return {
    design: 'fanbus',
    rows: 10_000,
    seconds: 1,
    requests: { 'dynamodb:BatchExecuteStatement': 400, 'sqs:SendMessage': 50 },
    bill: { lines, totalUsd: usd },
    readerPeakMb: 100,
    ...rest,
  };
}

const naive = file({ design: 'naive', seconds: 11 });
const large = file({ rows: 100_000, seconds: 10 });

function matching(rules: number, eventsPerSecond: number): MatchingMeasurement {
  return {
    events: 'S3',
    rulesAre: 'each its own value',
    rules,
    eventBytes: 1000,
    matchesPerEvent: 1,
    eventsPerSecond,
    fastestEventsPerSecond: eventsPerSecond,
    replacementsPerSecond: 1000,
  };
}

function failures({ files = [file(), naive, large], ...rest }: Partial<Report> = {}): string[] {
  return checkBars({
    machine: { cores: 2, node: '24.0.0', date: '2026-01-01' },
    files,
    reader: { bytes: 1e9, rows: 1e7, parts: 2e4, eventBytes: 1.3e9, seconds: 60, peakMb: 120 },
    bundles: [
      { function: 'create-tasks', bytes: 400_000, coldImportMs: 60 },
      { function: 'moderate-image', bytes: 6_000_000, coldImportMs: 200 },
    ],
    matching: [matching(10, 150_001), matching(10_000, 160_001)],
    ...rest,
  })
    .filter(({ passed }) => passed === false)
    .map(({ promise }) => promise);
}

describe('checkBars', () => {
  it('passes a report that keeps every promise', () => {
    expect(failures()).toEqual([]);
  });

  it.each([
    ['10 times the naive', { files: [file(), { ...naive, seconds: 9.9 }, large] }],
    ['1.02 write units', { files: [file({ units: 10_201 }), naive, large] }],
    ['0.1 requests', { files: [file({ requests: { 'sqs:SendMessage': 1001 } }), naive, large] }],
    ['1.08 times the floor', { files: [file({ usd: 0.00676 }), naive, large] }],
    ['at 100,000 rows', { files: [file(), naive, { ...large, seconds: 10.6 }] }],
    [
      '256 MB',
      { reader: { bytes: 1e9, rows: 1e7, parts: 2e4, eventBytes: 1.3e9, seconds: 60, peakMb: 256 } },
    ],
    ['event-ruler', { matching: [matching(10, 200_000), matching(10_000, 159_999)] }],
    ['below 1 MB', { bundles: [{ function: 'create-tasks', bytes: 1_000_000, coldImportMs: 60 }] }],
  ])('fails "%s" alone when only that is missed', (promise, report) => {
    expect(failures(report)).toEqual([expect.stringContaining(promise)]);
  });

  it('takes the median of several runs', () => {
    expect(failures({ files: [file({ seconds: 9 }), file(), file({ seconds: 0.5 }), naive, large] })).toEqual(
      [],
    );
  });

  it('judges nothing that was not measured', () => {
    expect(failures({ files: [file(), naive], reader: undefined })).toEqual([]);
  });
});
