import type { DatabaseSync } from 'node:sqlite';
import type { WalSync } from './wal-sync.ts';

/** Commits without waiting for the disk, and tells `WalSync` that there is something to sync. */
export function writeUnsynced(database: DatabaseSync, sync: WalSync, write: () => void): void {
  // NORMAL syncs for a checkpoint, but not for a commit.
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    write();
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
  sync.written();
}
