import type { DatabaseSync } from 'node:sqlite';

/** What an engine with a data folder keeps on disk; an engine in memory has none. */
export interface Persistence {
  readonly folder: string;
  /** For what is more than rows by key. Write to it in `beforeCommit` only. */
  readonly database: DatabaseSync;
  /** The rows of this name; the same object each time. */
  collection<T>(name: string): Collection<T>;
  /** Rows that follow a state in memory: `read` gives all of it, and what differs is written. */
  mirror<T>(name: string, read: () => Iterable<readonly [string, T]>): Mirror<T>;
  /** Calls back within each transaction, to write what has changed since the last. */
  beforeCommit(write: () => void): void;
  /** Calls back once, when what is in memory now is on disk. */
  afterCommit(callback: () => void): void;
  /** Says that there is something to write: it is on disk soon after, together with all that changed meanwhile. */
  changed(): void;
  /** Writes now what has changed. */
  commit(): void;
  /** Commits, and lets go of the folder. */
  close(): void;
}

/** Values by key, in the order in which the keys were first put. Values are JSON. */
export interface Collection<T> {
  /** What was on disk when the engine started. */
  entries(): readonly (readonly [string, T])[];
  /** `value` is asked when it is written, so a value that changes often is written once. */
  put(key: string, value: () => T): void;
  delete(key: string): void;
  clear(): void;
}

export interface Mirror<T> {
  /** What was on disk when the engine started. */
  entries(): readonly (readonly [string, T])[];
  changed(): void;
}
