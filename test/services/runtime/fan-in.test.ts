import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFanIn, type FanIn } from '../../../services/runtime/fan-in.ts';
import { startTable } from './fan-in/dynalite.ts';

let table: Awaited<ReturnType<typeof startTable>>;
let fanIn: FanIn;
let jobs = 0;

beforeAll(async () => {
  table = await startTable();
  fanIn = createFanIn({ ...table, partsPerShard: 3, clock: { now: () => Date.UTC(2026, 10, 21) } });
});
afterAll(() => table.close());

const newJob = () => `job-${jobs++}`;
const part = (id: number | string, created = 1) => ({ id: `${id}`, totals: { created } });

describe('record', () => {
  it('counts a part once however often it is recorded', async () => {
    const jobId = newJob();
    await fanIn.record({ jobId, pieces: [part(0, 10)] });
    await fanIn.record({ jobId, pieces: [part(0, 10), part(1, 5)] });
    await Promise.all([
      fanIn.record({ jobId, pieces: [part(1, 5)] }),
      fanIn.record({ jobId, pieces: [part(1, 5)] }),
    ]);
    expect(await fanIn.progress(jobId)).toMatchObject({
      doneParts: 2,
      totals: { created: 15 },
      complete: false,
    });
  });

  it('counts a part once that stands twice in one call', async () => {
    const jobId = newJob();
    const { records } = await fanIn.record({ jobId, pieces: [part(4, 7), part(4, 7)] });
    expect(records.map(({ state }) => state)).toEqual(['recorded', 'recorded']);
    expect((await fanIn.progress(jobId)).totals).toEqual({ created: 7 });
  });

  it('takes more pieces than fit one update, over several shards', async () => {
    const jobId = newJob();
    const wide = createFanIn({ ...table, partsPerShard: 40 });
    await wide.expect({ jobId, parts: 100 });
    const { announcement } = await wide.record({
      jobId,
      pieces: Array.from({ length: 100 }, (_, n) => part(n)),
    });
    expect(announcement).toEqual({ jobId, late: [] });
    expect(await wide.progress(jobId)).toMatchObject({
      doneParts: 100,
      totals: { created: 100 },
      complete: true,
    });
  });

  it('keeps the job open until the children are on record, and the children of children', async () => {
    const jobId = newJob();
    await fanIn.expect({ jobId, parts: 1 });
    const first = await fanIn.record({ jobId, pieces: [{ ...part(0, 8), children: ['0.3', '0.5-9'] }] });
    expect(first).toEqual({ records: [{ id: '0', state: 'recorded', open: ['0.3', '0.5-9'] }] });
    expect(await fanIn.progress(jobId)).toMatchObject({ doneParts: 1, openChildren: 2, complete: false });
    await fanIn.record({ jobId, pieces: [part('0.3')] });
    const split = await fanIn.record({ jobId, pieces: [{ ...part('0.5-9', 4), children: ['0.5-9.7'] }] });
    expect(split).toEqual({ records: [{ id: '0.5-9', state: 'recorded', open: ['0.5-9.7'] }] });
    expect(await fanIn.missing({ jobId })).toEqual(['0.5-9.7']);
    const last = await fanIn.record({ jobId, pieces: [part('0.5-9.7')] });
    expect(last.announcement).toEqual({ jobId, late: [] });
    expect(await fanIn.progress(jobId)).toMatchObject({
      totals: { created: 14 },
      openChildren: 0,
      complete: true,
    });
  });

  it('tells a repeated part which of its children are still open', async () => {
    const jobId = newJob();
    await fanIn.record({ jobId, pieces: [{ ...part(0), children: ['0.3', '0.4'] }] });
    await fanIn.record({ jobId, pieces: [part('0.3')] });
    const { records } = await fanIn.record({ jobId, pieces: [part(0)] });
    expect(records).toEqual([{ id: '0', state: 'recorded', open: ['0.4'] }]);
  });

  it('makes the announcement due again until it is marked', async () => {
    const jobId = newJob();
    await fanIn.record({ jobId, pieces: [part(0)] });
    expect((await fanIn.expect({ jobId, parts: 1 })).announcement).toBeDefined();
    const { announcement } = await fanIn.record({ jobId, pieces: [part(0)] });
    expect(announcement).toEqual({ jobId, late: [] });
    await fanIn.markAnnounced({ jobId, late: [] });
    expect((await fanIn.record({ jobId, pieces: [part(0)] })).announcement).toBeUndefined();
    expect((await fanIn.progress(jobId)).announcedAt).toBe('2026-11-21T00:00:00.000Z');
  });

  it('completes a job with a failed piece, and announces it again when the piece is done later', async () => {
    const jobId = newJob();
    await fanIn.expect({ jobId, parts: 1 });
    await fanIn.record({ jobId, pieces: [{ ...part(0, 2), children: ['0.4'] }] });
    const failed = { id: '0.4', totals: {}, failed: true };
    const completed = await fanIn.record({ jobId, pieces: [failed] });
    expect(completed.records).toEqual([{ id: '0.4', state: 'failed', open: [] }]);
    await fanIn.markAnnounced(completed.announcement ?? { jobId: 'none', late: [] });
    expect(await fanIn.progress(jobId)).toMatchObject({ totals: { created: 2 }, failed: 1, complete: true });
    expect((await fanIn.record({ jobId, pieces: [failed] })).announcement).toBeUndefined();

    const corrected = await fanIn.record({ jobId, pieces: [part('0.4')] });
    expect(corrected.announcement).toEqual({ jobId, late: ['0.4'] });
    const repeated = await fanIn.record({ jobId, pieces: [part('0.4')] });
    expect(repeated.announcement).toEqual({ jobId, late: ['0.4'] });
    await fanIn.markAnnounced({ jobId, late: ['0.4'] });
    expect((await fanIn.record({ jobId, pieces: [part('0.4')] })).announcement).toBeUndefined();
    expect(await fanIn.progress(jobId)).toMatchObject({ totals: { created: 3 }, failed: 0, complete: true });
  });

  it('counts a part that failed whole, and its later success', async () => {
    const jobId = newJob();
    await fanIn.expect({ jobId, parts: 1 });
    await fanIn.record({ jobId, pieces: [{ id: '0', totals: {}, failed: true }] });
    expect(await fanIn.look({ jobId, ids: ['0', '1', '0.7'] })).toEqual([
      { id: '0', state: 'failed', open: [] },
      { id: '1', state: 'new', open: [] },
      { id: '0.7', state: 'new', open: [] },
    ]);
    await fanIn.record({ jobId, pieces: [part(0)] });
    expect(await fanIn.progress(jobId)).toMatchObject({ totals: { created: 1 }, failed: 0 });
  });

  it('refuses a child that its parent never named', async () => {
    const jobId = newJob();
    await fanIn.record({ jobId, pieces: [part(0)] });
    await expect(fanIn.record({ jobId, pieces: [part('0.9')] })).rejects.toThrow(
      '"0.9" is not on record as a child of "0"',
    );
  });

  it('refuses children of another piece and pieces without a part', async () => {
    const jobId = newJob();
    await expect(fanIn.record({ jobId, pieces: [{ ...part(1), children: ['2.5'] }] })).rejects.toThrow(
      '"2.5" is no child of "1"',
    );
    await expect(fanIn.record({ jobId, pieces: [part('first')] })).rejects.toThrow('"first" is no piece');
  });

  it('refuses a part beyond the size of a job', async () => {
    await expect(fanIn.record({ jobId: newJob(), pieces: [part(3 * 65_536)] })).rejects.toThrow(
      'at most 196608 parts',
    );
  });
});

describe('expect', () => {
  it('completes a job of no parts at once', async () => {
    const jobId = newJob();
    expect((await fanIn.expect({ jobId, parts: 0 })).announcement).toEqual({ jobId, late: [] });
    expect(await fanIn.progress(jobId)).toMatchObject({ expectedParts: 0, complete: true });
  });

  it('says the same again, and refuses another number by naming both', async () => {
    const jobId = newJob();
    await fanIn.expect({ jobId, parts: 7 });
    await fanIn.expect({ jobId, parts: 7 });
    await expect(fanIn.expect({ jobId, parts: 8 })).rejects.toThrow(/expectedParts 7 .* expectedParts 8 /);
  });

  it.each([1, 2, 3, 4, 6, 7])('completes a job of %i parts whichever comes last', async (parts) => {
    const ids = Array.from({ length: parts }, (_, n) => part(n));
    const [early, late] = [newJob(), newJob()];
    await fanIn.expect({ jobId: early, parts });
    expect((await fanIn.record({ jobId: early, pieces: ids.slice(1) })).announcement).toBeUndefined();
    expect((await fanIn.record({ jobId: early, pieces: ids.slice(0, 1) })).announcement).toBeDefined();
    expect((await fanIn.record({ jobId: late, pieces: ids })).announcement).toBeUndefined();
    expect((await fanIn.expect({ jobId: late, parts })).announcement).toBeDefined();
  });
});

describe('missing', () => {
  it('names the parts and children that a job waits for', async () => {
    const jobId = newJob();
    await fanIn.record({ jobId, pieces: [{ ...part(1), children: ['1.20'] }, part(6)] });
    expect(await fanIn.missing({ jobId })).toEqual(['0', '2', '3', '4', '5', '1.20']);
    await fanIn.expect({ jobId, parts: 9 });
    expect(await fanIn.missing({ jobId })).toEqual(['0', '2', '3', '4', '5', '7', '8', '1.20']);
    expect(await fanIn.missing({ jobId, limit: 2 })).toEqual(['0', '2']);
  });
});
