import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UserError } from '../../user-error.ts';

/** Opens the folder's `engine.db`, or makes it. The folder stays locked until the database is closed or the process ends, however it ends. */
export function openDatabase({ folder, region }: { readonly folder: string; readonly region: string }): {
  readonly database: DatabaseSync;
  /** Tells people who holds the lock; the lock itself is the database's. */
  readonly pidFile: string;
} {
  const file = join(folder, 'engine.db');
  const pidFile = join(folder, 'engine.pid');
  let database: DatabaseSync;
  try {
    makeFolder(folder);
    refuseForeignFolder(folder, file);
    database = new DatabaseSync(file);
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    throw unusable(folder, cause);
  }
  try {
    // The exclusive lock comes with the first access and is never let go of; a killed process loses it.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
    database.exec('BEGIN IMMEDIATE');
    prepareTables(database, { folder, region });
    database.exec('COMMIT');
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (cause) {
    database.close();
    if (cause instanceof UserError) throw cause;
    if (isLocked(cause)) throw inUse(folder, pidFile);
    throw unusable(folder, cause);
  }
  return { database, pidFile };
}

/** Grows with each change of what the tables hold. */
const FORMAT = 1;

function prepareTables(
  database: DatabaseSync,
  { folder, region }: { readonly folder: string; readonly region: string },
): void {
  const format = Number(database.prepare('PRAGMA user_version').get()?.user_version);
  if (format === 0) {
    database.exec(`
      CREATE TABLE kept (collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, UNIQUE (collection, key));
      CREATE TABLE archived (
        sequence INTEGER PRIMARY KEY, archive TEXT NOT NULL, minute INTEGER NOT NULL, time INTEGER NOT NULL,
        acceptedAt INTEGER NOT NULL, bytes INTEGER NOT NULL, event TEXT NOT NULL);
      CREATE INDEX archivedByTime ON archived (archive, minute, sequence);
      CREATE INDEX archivedByAge ON archived (archive, acceptedAt, bytes);
      PRAGMA user_version = ${FORMAT}`);
    const insert = database.prepare("INSERT INTO kept VALUES ('engine', 'region', ?)");
    insert.run(JSON.stringify(region));
    return;
  }
  if (format !== FORMAT) {
    throw new UserError(
      `${folder} holds an engine's state in format ${format}, and this version reads format ${FORMAT}. Start the version that wrote it, or give another folder to begin anew.`,
    );
  }
  const row = database.prepare("SELECT value FROM kept WHERE collection = 'engine' AND key = 'region'").get();
  const kept: unknown = JSON.parse(String(row?.value));
  if (kept !== region) {
    throw new UserError(
      `${folder} holds the state of an engine in ${kept}, and this one is in ${region}. Start it in ${kept}, or give another folder.`,
    );
  }
}

/** Not by mkdir's `recursive`, which never ends below a folder that takes none, such as /proc. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  // Messages and the keys of connections are nobody else's business.
  mkdirSync(folder, { mode: 0o700 });
}

/** The engine tidies its folder up, which must not be somebody's project. */
function refuseForeignFolder(folder: string, file: string): void {
  if (existsSync(file)) return;
  const found = readdirSync(folder)[0];
  if (found === undefined) return;
  throw new UserError(
    `${folder} is not empty (it has ${found}) and holds no engine's state. Give a folder of its own for it, new or empty.`,
  );
}

function isLocked(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === SQLITE_BUSY;
}

const SQLITE_BUSY = 5;

function inUse(folder: string, pidFile: string): UserError {
  const pid = existsSync(pidFile) ? readFileSync(pidFile, 'utf8').trim() : '';
  return new UserError(
    `${folder} is in use by another engine${pid && `, process ${pid}`}. Stop that one, or give this one another folder.`,
  );
}

function unusable(folder: string, cause: unknown): UserError {
  const reason = cause instanceof Error ? cause.message : cause;
  return new UserError(
    `the engine cannot keep its state in ${folder}: ${reason}. Give a folder that can be written, new or made by an engine.`,
    { cause },
  );
}
