/** How many rows an event may have at most: the setting `ROWS_PER_EVENT`, a whole number from 1, or nothing for no limit. */
export function readRowsPerEvent(setting: string | undefined): number | undefined {
  if (setting === undefined) return undefined;
  const rows = Number(setting);
  if (Number.isSafeInteger(rows) && rows >= 1) return rows;
  throw new Error(
    `ROWS_PER_EVENT is "${setting}", but must be a whole number from 1, or be left out for no limit`,
  );
}
