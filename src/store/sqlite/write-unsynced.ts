import type { DatabaseSync } from 'node:sqlite';

/**
 * Told of each commit that was not synced, to see to it that one follows (`sync-cells.ts`).
 * `isLast`: nothing else waits for this thread.
 */
export type OnCommit = (isLast?: boolean) => void;

/** Commits without waiting for the disk. */
export function writeUnsynced<T>(database: DatabaseSync, write: () => T, onCommit: () => void): T {
  // NORMAL syncs for a checkpoint, but not for a commit.
  database.exec('PRAGMA synchronous = NORMAL');
  try {
    const written = write();
    onCommit();
    return written;
  } finally {
    database.exec('PRAGMA synchronous = FULL');
  }
}
