import type { Persistence } from '../persistence/persistence.ts';
import {
  type ArchivedEvent,
  type ArchivedEvents,
  archivedBytes,
  minuteOf,
  timeOf,
} from './archived-events.ts';

/** Keeps the events of one archive on disk, where a replay reads them piece by piece: an archive's size is no matter of memory. */
export function createArchivedEventsOnDisk(persistence: Persistence, archive: string): ArchivedEvents {
  const { database } = persistence;
  const insert = database.prepare(
    'INSERT INTO archived (archive, minute, time, acceptedAt, bytes, event) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const totalBefore = database.prepare(
    'SELECT count(*) AS count, coalesce(sum(bytes), 0) AS bytes FROM archived WHERE archive = ? AND acceptedAt < ?',
  );
  const removeBefore = database.prepare('DELETE FROM archived WHERE archive = ? AND acceptedAt < ?');
  const selectLast = database.prepare('SELECT coalesce(max(sequence), 0) AS last FROM archived');
  const selectNext = database.prepare(`
    SELECT sequence, minute, event FROM archived
    WHERE archive = ? AND (minute, sequence) > (?, ?) AND minute <= ? AND sequence <= ? AND time BETWEEN ? AND ?
    ORDER BY minute, sequence LIMIT ?`);
  const waiting: ArchivedEvent[] = [];
  let { count, bytes } = total(Number.MAX_SAFE_INTEGER);

  persistence.beforeCommit(() => {
    for (const event of waiting.splice(0)) {
      const time = timeOf(event);
      const text = JSON.stringify(event);
      insert.run(archive, minuteOf(time), time, event.acceptedAt, archivedBytes(event), text);
    }
  });

  return {
    get count() {
      return count;
    },
    get sizeBytes() {
      return bytes;
    },
    add(event) {
      waiting.push(event);
      count += 1;
      bytes += archivedBytes(event);
      persistence.changed();
    },
    dropBefore: drop,
    read({ from, to }) {
      persistence.commit();
      const last = Number(selectLast.get()?.last);
      let minute = minuteOf(from);
      let sequence = 0;
      return (most) => {
        const rows = selectNext.all(archive, minute, sequence, minuteOf(to), last, from, to, most);
        const end = rows.at(-1);
        if (end) {
          minute = Number(end.minute);
          sequence = Number(end.sequence);
        }
        return rows.map(({ event }) => JSON.parse(String(event)) as ArchivedEvent);
      };
    },
    clear: () => drop(Number.MAX_SAFE_INTEGER),
  };

  function drop(acceptedAt: number): void {
    persistence.commit();
    const dropped = total(acceptedAt);
    if (dropped.count === 0) return;
    removeBefore.run(archive, acceptedAt);
    count -= dropped.count;
    bytes -= dropped.bytes;
  }

  function total(acceptedAt: number): { count: number; bytes: number } {
    const row = totalBefore.get(archive, acceptedAt);
    return { count: Number(row?.count), bytes: Number(row?.bytes) };
  }
}
