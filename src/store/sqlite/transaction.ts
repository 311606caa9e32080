import type { DatabaseSync } from 'node:sqlite';

/**
 * Runs `work` in one transaction. It is undone when `work` throws or when `isKept` says no; else it
 * is on stable storage when this returns. IMMEDIATE takes the write lock at once: a transaction
 * that reads first and writes later could be refused in the middle.
 */
export function transaction<T>(
  database: DatabaseSync,
  work: () => T,
  isKept: (value: T) => boolean = () => true,
): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const value = work();
    database.exec(isKept(value) ? 'COMMIT' : 'ROLLBACK');
    return value;
  } finally {
    // After a failure SQLite may have rolled back by itself.
    if (database.isTransaction) database.exec('ROLLBACK');
  }
}
