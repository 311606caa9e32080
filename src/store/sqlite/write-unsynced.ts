import type { DatabaseSync } from 'node:sqlite';
import type { CommitSync } from './commit-sync.ts';

/** Commits without waiting for the disk, and tells `sync` that there is something to sync. */
export function writeUnsynced<T>(database: DatabaseSync, sync: CommitSync, write: () => T): T {
  // NORMAL syncs for a checkpoint, but not for a commit.
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    const written = write();
    sync.written();
    return written;
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}
