import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { type CsvRecipe, expectCsv, makeCsv } from '../../../tools/demo/make-csv.ts';

async function text(recipe: CsvRecipe): Promise<string> {
  let whole = '';
  for await (const chunk of makeCsv(recipe)) whole += chunk;
  return whole;
}

async function records(recipe: CsvRecipe): Promise<string[][]> {
  return parse(await text(recipe), { relaxColumnCount: true });
}

/** The rules of a task, written out here a second time so that the generator's own counts are put to the test. */
function isTask([title = '', detail = '', dueAt = '', isComplete = '']: readonly string[]): boolean {
  if (title.length < 1 || title.length > 100 || detail.length > 1000) return false;
  if (!['', 'true', 'false', '1', '0'].includes(isComplete.toLowerCase())) return false;
  const [day = ''] = dueAt.split('T');
  return dueAt === '' || (!Number.isNaN(Date.parse(dueAt)) && new Date(day).toISOString().startsWith(day));
}

describe('makeCsv', () => {
  it('makes the same bytes for the same seed and others for another', async () => {
    expect(await text({ rows: 500, seed: 7 })).toBe(await text({ rows: 500, seed: 7 }));
    expect(await text({ rows: 500, seed: 7 })).not.toBe(await text({ rows: 500, seed: 8 }));
  });

  it('keeps the first rows of a file when more follow', async () => {
    const short = await text({ rows: 100 });
    expect((await text({ rows: 3000 })).startsWith(short)).toBe(true);
  });

  it.each([
    { rows: 0, seed: 1 },
    { rows: 1, seed: 1 },
    { rows: 10_000, seed: 1 },
    { rows: 10_000, seed: 42 },
  ])('says how many of $rows rows (seed $seed) become tasks', async (recipe) => {
    const [header, ...rows] = await records(recipe);
    expect(header).toEqual(['title', 'detail', 'dueAt', 'isComplete']);
    expect(rows).toHaveLength(recipe.rows);
    const created = rows.filter(isTask).length;
    expect(expectCsv(recipe)).toEqual({ created, rejected: recipe.rows - created });
  });

  it('breaks the rules about once in a hundred rows', () => {
    const { rejected } = expectCsv({ rows: 100_000 });
    expect(rejected).toBeGreaterThan(900);
    expect(rejected).toBeLessThan(1100);
  });

  it('writes about 100 bytes a row', async () => {
    const bytes = Buffer.byteLength(await text({ rows: 10_000, awkward: 'none' }));
    expect(bytes / 10_000).toBeGreaterThan(90);
    expect(bytes / 10_000).toBeLessThan(110);
  });

  it('contains every awkward form', async () => {
    const whole = await text({ rows: 10_000 });
    const rows = await records({ rows: 10_000 });
    const lengths = new Set(rows.map((cells) => cells.length));
    expect(lengths).toEqual(new Set([1, 4, 6]));
    for (const part of [
      '""',
      'ö',
      '🎉',
      ',TRUE',
      ',1\n',
      ',0\n',
      ',,,\n',
      '+02:00',
      ',maybe',
      '2027-02-30',
    ]) {
      expect(whole).toContain(part);
    }
    expect(rows.some(([, detail]) => detail?.includes('\n'))).toBe(true);
  });

  it('makes only plain, valid rows when asked for none that are awkward', async () => {
    const recipe = { rows: 5000, awkward: 'none' } as const;
    expect(expectCsv(recipe)).toEqual({ created: 5000, rejected: 0 });
    const [, ...rows] = await records(recipe);
    expect(rows.every((cells) => cells.length === 4 && isTask(cells))).toBe(true);
    expect(await text(recipe)).not.toContain('"');
  });

  it('yields chunks that end between rows', async () => {
    let chunks = 0;
    for await (const chunk of makeCsv({ rows: 5000 })) {
      chunks += 1;
      expect(chunk.endsWith('\n')).toBe(true);
      parse(chunk, { relaxColumnCount: true });
    }
    expect(chunks).toBeGreaterThan(5);
  });
});
