import { closeSync, fdatasyncSync, openSync } from 'node:fs';

/** The write-ahead log beside the database, to be synced. */
export interface SyncFile {
  /** Returns when all that was written is on stable storage. */
  sync(): void;
  close(): void;
}

export function openSyncFile(path: string): SyncFile {
  const descriptor = openSync(path, 'r+');
  return {
    // On macOS it empties the drive's cache too, as SQLite's `fullfsync` does.
    sync: () => fdatasyncSync(descriptor),
    close: () => closeSync(descriptor),
  };
}
