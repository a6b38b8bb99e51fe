import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createCollection } from './create-collection.ts';
import { createMirror } from './create-mirror.ts';
import { openDatabase } from './open-database.ts';
import type { Collection, Persistence } from './persistence.ts';

/**
 * Keeps an engine's state in a folder. It is written behind: everything that changed within a tenth of a second in one transaction,
 * so the disk always has the state of one moment, at most that old, whenever the process ends. One engine has the folder at a time.
 * Throws `UserError` when the folder cannot be used.
 */
export function openPersistence(options: { readonly folder: string; readonly region: string }): Persistence {
  const { folder } = options;
  const { database, pidFile } = openDatabase(options);
  const collections = new Map<string, Collection<unknown>>();
  const writers: (() => void)[] = [];
  let afterwards: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isOpen = true;

  const persistence: Persistence = {
    folder,
    database,
    collection<T>(name: string) {
      const collection = collections.get(name) ?? createCollection<T>(persistence, name);
      collections.set(name, collection);
      return collection as Collection<T>;
    },
    mirror: (name, read) => createMirror(persistence, name, read),
    beforeCommit(write) {
      writers.push(write);
    },
    afterCommit(callback) {
      afterwards.push(callback);
      persistence.changed();
    },
    changed() {
      if (isOpen) timer ??= setTimeout(commit, COMMIT_AFTER_MS).unref();
    },
    commit,
    close() {
      if (!isOpen) return;
      process.off('exit', persistence.close);
      commit();
      isOpen = false;
      rmSync(pidFile, { force: true });
      database.close();
    },
  };
  // For a process that ends without close().
  process.once('exit', persistence.close);
  return persistence;

  function commit(): void {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    try {
      database.exec('BEGIN');
      for (const write of writers) write();
      database.exec('COMMIT');
    } catch (cause) {
      isOpen = false;
      database.close();
      const reason = cause instanceof Error ? cause.message : cause;
      throw new Error(
        `the engine cannot write its state to ${join(folder, 'engine.db')}: ${reason}. It ends here, and starts again with the state of a moment ago: free some space, or choose another --data folder.`,
        { cause },
      );
    }
    const callbacks = afterwards;
    afterwards = [];
    for (const callback of callbacks) callback();
  }
}

const COMMIT_AFTER_MS = 100;
